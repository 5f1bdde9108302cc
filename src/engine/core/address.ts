import { err, ok, type Result } from '../../kernel/index.js';

/**
 * Where a step instance stands in its execution: `/build`, `/deploy[3]/notify`, `/deploy["eu"]/notify`,
 * `/guard/try/fetch`, `/book!compensate` (semantics 14). An attempt, shown as `#2`, is no part of it.
 */
export type Address = string;

/** One level of an address: a task id, and the item or iteration when the level is a map or a loop. */
export interface AddressSegment {
  readonly id: string;
  readonly key?: number | string;
}

export interface ParsedAddress {
  readonly segments: readonly AddressSegment[];
  /** The step undoes the step at the address before `!compensate`. */
  readonly compensates: boolean;
}

const COMPENSATE = '!compensate';
const SEGMENT = /\/([A-Za-z_][A-Za-z0-9_]{0,127})(?:\[(0|[1-9][0-9]{0,15}|"(?:[^"\\]|\\.)*")\])?/y;

export const formatAddress = (address: ParsedAddress): Address => {
  const levels = address.segments.map(({ id, key }) => `/${id}${key === undefined ? '' : `[${JSON.stringify(key)}]`}`);
  return levels.join('') + (address.compensates ? COMPENSATE : '');
};

/** `/each[3]/fetch` and `/each["eu"]/fetch` as the pattern of all of them: `/each[*]/fetch`. */
export const patternOf = (address: Address): string =>
  address.includes('[') ? address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '[*]') : address;

/** Whether a step lies in a construct, at any depth. */
export const isInside = (step: Address, construct: Address): boolean =>
  step.startsWith(construct) && /^[/[]/.test(step.slice(construct.length));

/** Whether a step, or a construct around it, is among those. What undoes a step goes with it. */
export const isAmong = (step: Address, addresses: ReadonlySet<Address>): boolean => {
  const address = step.replace(/!compensate$/, '');
  for (let end = address.length; end > 0;) {
    if (addresses.has(address.slice(0, end))) return true;
    end = Math.max(address.lastIndexOf('/', end - 1), address.lastIndexOf('[', end - 1));
  }
  return false;
};

const segmentKey = (text: string): number | string | undefined => {
  try {
    return JSON.parse(text) as number | string;
  } catch {
    return undefined;
  }
};

/** The error says what is wrong with the text. Inverse of `formatAddress`. */
export const parseAddress = (text: string): Result<ParsedAddress, string> => {
  const compensates = text.endsWith(COMPENSATE);
  const path = compensates ? text.slice(0, -COMPENSATE.length) : text;
  const segments: AddressSegment[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < path.length) {
    const start = SEGMENT.lastIndex;
    const found = SEGMENT.exec(path);
    const key = found?.[2] === undefined ? undefined : segmentKey(found[2]);
    if (!found || (found[2] !== undefined && key === undefined)) {
      return err(`an address is written /task or /task[3]/task; "${path.slice(start)}" is not`);
    }
    segments.push(key === undefined ? { id: found[1] as string } : { id: found[1] as string, key });
  }
  return segments.length === 0 ? err('an address begins with /') : ok({ segments, compensates });
};
