import { CATALOGUE, type ErrorCode } from './error-catalogue.js';
import type { Fault } from './fault.js';
import type { JsonObject } from './json.js';

/** Characters of one parameter that are shown: names and reasons may come from strangers. */
const SHOWN = 2000;
const clip = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/** A template `No run {id}.` with its placeholders filled from `params`; unknown placeholders stay as they are. */
const fill = (template: string, params: JsonObject): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) return whole;
    return clip(typeof value === 'string' ? value : JSON.stringify(value));
  });

/** What an error carries beside its parameters. */
export interface HarmoniaErrorOptions {
  /** Status of the answer, where it says more than that of the catalogue. */
  readonly status?: number;
  readonly faults?: readonly Fault[];
  /** What the caller can go on with; shown beside the cure. */
  readonly details?: JsonObject;
  readonly cause?: unknown;
}

/** The one error that Harmonia throws on purpose. Code, status, message and cure come from the catalogue. */
export class HarmoniaError extends Error {
  override readonly name = 'HarmoniaError';
  readonly status: number;
  readonly cure: string;
  readonly faults: readonly Fault[];
  readonly details: JsonObject;

  constructor(
    readonly code: ErrorCode,
    readonly params: JsonObject = {},
    options: HarmoniaErrorOptions = {},
  ) {
    super(messageOf(code, params), options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status ?? CATALOGUE[code].status;
    this.cure = fill(CATALOGUE[code].cure, params);
    this.faults = options.faults ?? [];
    this.details = options.details ?? {};
  }
}

/** The message of a code with its placeholders filled. */
export const messageOf = (code: ErrorCode, params: JsonObject = {}): string => fill(CATALOGUE[code].message, params);

/** A fault whose message and cure come from the catalogue. */
export const fault = (code: ErrorCode, pointer: string, params: JsonObject = {}): Fault => ({
  code,
  pointer,
  message: messageOf(code, params),
  cure: fill(CATALOGUE[code].cure, params),
});

/** Characters of one report of faults. */
const MAX_REPORT = 8 * 2 ** 20;

/** All faults of a report; of one that nobody could read the beginning, and how many more there are. */
export const boundedReport = (faults: readonly Fault[]): readonly Fault[] => {
  let left = MAX_REPORT;
  const end = faults.findIndex(
    ({ pointer, message, cure }) => (left -= pointer.length + message.length + cure.length) < 0,
  );
  return end === -1 ? faults : [...faults.slice(0, end), fault('more_faults', '', { count: faults.length - end })];
};
