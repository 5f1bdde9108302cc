const SUFFIX = '_Sprint';
/** Starts with a letter or digit, so that no hidden directory and no option of a program is meant. */
const DIRECTORY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,120}_Sprint$/;

/** Whether a directory is one of a sprint. */
export const isSprintDirectory = (name: string): boolean => DIRECTORY.test(name);

/** The directory that somebody means by the name of a sprint: with or without `_Sprint`, spaces for `_`. */
export const directoryOf = (name: string): string | undefined => {
  const joined = name.trim().replace(/ /g, '_');
  const directory = joined.endsWith(SUFFIX) ? joined : joined + SUFFIX;
  return isSprintDirectory(directory) ? directory : undefined;
};

/** A sprint's name for people: `Planning_Team_Sprint` → `Planning Team`. */
export const titleOf = (directory: string): string => directory.slice(0, -SUFFIX.length).replace(/_/g, ' ');

/**
 * The id under which the work of a sprint is handed on: its name in lower case without `_Sprint`, and the time (UTC).
 * `now`: ms.
 */
export const handoffIdOf = (sprint: string, now: number): string => {
  const [, year = '', month = '', day = '', clock = ''] =
    /^(\d+)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(new Date(now).toISOString()) ?? [];
  const bare = sprint.endsWith(SUFFIX) ? sprint.slice(0, -SUFFIX.length) : sprint;
  const name = bare.toLowerCase().replace(/[^a-z0-9_-]/g, '_');
  return `${name}_${year}_${month}_${day}_${clock.replaceAll(':', '')}`;
};
