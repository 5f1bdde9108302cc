/** A script and what it may use. */
export interface Job {
  readonly code: string;
  /** JSON text. */
  readonly input: string;
  readonly milliseconds: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of JSON text of the result. */
  readonly maxBytes: number;
  /** What chance is made of. */
  readonly seed: number;
  /** ms since 1970: what time it is, all the while. Absent: the script has no clock. */
  readonly now: number | undefined;
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Line {
  readonly level: Level;
  readonly message: string;
}

/** How a script ended. `json` is JSON text. */
export type End =
  | { readonly is: 'done'; readonly json: string }
  | { readonly is: 'late' }
  | { readonly is: 'stuck' }
  | { readonly is: 'too-large'; readonly what: 'memory' | 'result' | 'recursion' }
  | {
      readonly is: 'invalid' | 'threw';
      readonly name: string;
      readonly message: string;
      readonly line: number | undefined;
    };

export interface Answer {
  readonly end: End;
  /** What it said on the console, as far as it is kept. */
  readonly lines: readonly Line[];
}
