import type { JsonObject } from '@tekton/harmonia/plugin';

/** The calculation cannot be done, however often it is tried. */
export class Wrong extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details?: JsonObject,
  ) {
    super(message);
  }
}

/** Time is up. */
export class Late extends Error {}

/** When a calculation must be done. */
export class Deadline {
  private readonly end: number;

  constructor(private readonly milliseconds: number) {
    this.end = Date.now() + milliseconds;
  }

  /** ms, at least 1. Throws `Late` when there is nothing left. */
  get left(): number {
    const left = this.end - Date.now();
    if (left <= 0) throw new Late(`${this.milliseconds} ms`);
    return left;
  }
}
