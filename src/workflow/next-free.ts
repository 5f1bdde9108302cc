/** The next patch version behind one that nothing has taken. */
export const nextFree = (version: string, taken: ReadonlyMap<string, string>): string => {
  const [stem, patch] = /^(.*\.)(\d+)$/.exec(version)?.slice(1) ?? [`${version}.`, '0'];
  for (let next = Number(patch) + 1; ; next++) if (!taken.has(`${stem}${next}`)) return `${stem}${next}`;
};
