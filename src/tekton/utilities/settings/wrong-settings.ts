import { ConfigurationError } from '../errors/index.js';

/** One thing that is wrong. */
export interface ConfigurationProblem {
  /** The environment variable, or the place in the file. */
  readonly setting: string;
  /** Says nothing of a value that may be a secret. */
  readonly reason: string;
}

const lineOf = ({ setting, reason }: ConfigurationProblem): string => `\n  ${setting}: ${reason}`;

/** Settings that can not be used: all of them, each with the reason. `details.problems` has the list too. */
export class WrongSettings extends ConfigurationError {
  constructor(
    readonly problems: readonly ConfigurationProblem[],
    component?: string,
  ) {
    const whose = component === undefined ? '' : ` of ${component}`;
    super(`The configuration${whose} has ${problems.length} problem(s):${problems.map(lineOf).join('')}`, {
      component,
      details: { problems: problems.map((problem) => ({ ...problem })) },
    });
  }
}

/** The error of one setting. The reason must not show what is secret. */
export const wrong = (setting: string, reason: string): WrongSettings => new WrongSettings([{ setting, reason }]);

/** What each entry of `T` is read by. */
export type Readings<T> = { readonly [Name in keyof T]: () => T[Name] };

/**
 * Reads all of several things, also when one can not be read: an operator who has three settings wrong is told of three.
 * Throws `WrongSettings` with every problem, each once; anything else that is thrown passes.
 */
export const gather = <T extends object>(readings: Readings<T>): T => {
  const values: Partial<T> = {};
  const problems = new Map<string, ConfigurationProblem>();
  for (const name of Object.keys(readings) as (keyof T)[]) {
    try {
      values[name] = readings[name]();
    } catch (error) {
      if (!(error instanceof WrongSettings)) throw error;
      for (const problem of error.problems) problems.set(lineOf(problem), problem);
    }
  }
  if (problems.size > 0) throw new WrongSettings([...problems.values()]);
  return values as T;
};
