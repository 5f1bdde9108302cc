import type { Failure } from '../../src/engine/core/index.js';
import type { Attempt, AttemptControl, AttemptOutcome, TaskRunner } from '../../src/engine/ports/index.js';
import type { Json } from '../../src/kernel/index.js';

interface Running {
  readonly attempt: Attempt;
  readonly control: AttemptControl;
  readonly end: (outcome: AttemptOutcome) => void;
}

const nameOf = ({ address, attempt }: Attempt): string => `${address}#${attempt}`;

/** Runs nothing by itself: the test says how each attempt ends, and when. Attempts are named `/step#attempt`. */
export class HandRunner implements TaskRunner {
  /** Every attempt that was begun, in order. */
  readonly begun: string[] = [];
  /** Answers at once instead, when it gives an outcome. */
  immediately: ((attempt: Attempt) => AttemptOutcome | undefined) | undefined;
  private readonly attempts: Running[] = [];

  run(attempt: Attempt, control: AttemptControl): AttemptOutcome | Promise<AttemptOutcome> {
    this.begun.push(nameOf(attempt));
    const answer = this.immediately?.(attempt);
    if (answer) return answer;
    return new Promise((end) => this.attempts.push({ attempt, control, end }));
  }

  /** The latest attempt of that name: `/a#1`, or of that execution when many run. */
  find(name: string, execution?: string): Running {
    const found = this.attempts.findLast(
      ({ attempt }) => nameOf(attempt) === name && (execution === undefined || attempt.executionId === execution),
    );
    if (!found) throw new Error(`${name} was not begun; begun are ${this.begun.join(' ')}`);
    return found;
  }

  complete(name: string, output: Json = null, execution?: string): void {
    this.find(name, execution).end({ is: 'completed', output });
  }

  fail(name: string, kind: Failure['kind'] = 'transient', more: Partial<Failure> = {}): void {
    this.find(name).end({ is: 'failed', failure: { kind, code: 'broken', message: 'broken', ...more } });
  }

  /** Why the attempt was told to stop; undefined while it may go on. */
  abortedBecause(name: string): unknown {
    const { signal } = this.find(name).control;
    return signal.aborted ? (signal.reason as unknown) : undefined;
  }
}
