import type { Environment } from '../environment/index.js';
import { entriesOf, numberOf, yesOrNo } from './setting-words.js';
import { wrong } from './wrong-settings.js';

/** What a number may be, and what it is when nothing is set. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
}

/**
 * Settings by name, read one by one. An empty one is none. Each throws `WrongSettings` for a value that can not be used,
 * which shows the value of numbers, flags and choices; `gather` reads several and tells of all that are wrong.
 */
export class Settings {
  constructor(readonly environment: Environment) {}

  text(name: string): string | undefined {
    const value = this.environment[name];
    return value === undefined || value === '' ? undefined : value;
  }

  /** Of several names of one setting the first that is set; the last when none is. */
  first(...names: readonly [string, ...string[]]): string {
    return names.find((name) => this.text(name) !== undefined) ?? (names.at(-1) as string);
  }

  number(name: string, { min, max, otherwise }: Bounds): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = numberOf(text);
    if (value === undefined || value < min || value > max)
      throw wrong(name, `"${text}" is no number from ${min} to ${max}`);
    return value;
  }

  whole(name: string, bounds: Bounds): number {
    const value = this.number(name, bounds);
    if (!Number.isInteger(value)) throw wrong(name, `${value} is no whole number`);
    return value;
  }

  /** `true`, `yes`, `1`, `on` … or their opposites, in any case. */
  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = yesOrNo(text);
    if (value === undefined) throw wrong(name, `"${text}" is neither true nor false`);
    return value;
  }

  list(name: string): string[] {
    return entriesOf(this.text(name) ?? '');
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return otherwise;
    const found = choices.find((choice) => choice === text);
    if (!found) throw wrong(name, `"${text}" is none of ${choices.join(', ')}`);
    return found;
  }

  /** Values below a prefix, by the rest of the name. */
  below(prefix: string): Record<string, string> {
    const entries = Object.entries(this.environment).flatMap(([name, value]) =>
      name.startsWith(prefix) && name.length > prefix.length && value
        ? [[name.slice(prefix.length), value] as const]
        : [],
    );
    return Object.fromEntries(entries);
  }
}
