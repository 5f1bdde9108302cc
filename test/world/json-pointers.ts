/** Whether a pointer leads to something of a document, or to a field that is missing there. */
export const pointsInto = (document: unknown, pointer: string): boolean => {
  let value = document;
  const tokens = pointer === '' ? [] : pointer.slice(1).split('/');
  for (const [depth, token] of tokens.entries()) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null) return false;
    if (!Object.hasOwn(value, key)) return depth === tokens.length - 1;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
};
