import { patternOf, type Failure } from '../../engine/core/index.js';
import type { AttemptChoice, FaultPlan, PlannedFault } from '../script/fault-plan.js';

type Of<K extends PlannedFault['fault']> = Extract<PlannedFault, { fault: K }>;

/** What becomes of a commit. `refused`: reported as failed, not written. `unknown`: reported as failed, and written. */
export type CommitFate = 'written' | 'refused' | 'unknown' | 'dies-before' | 'dies-after';

/** The faults of a plan as they strike: who asks whether one does takes down that it did. */
export class StrikingFaults {
  /** Indices of the faults that struck. */
  readonly struck = new Set<number>();
  /** The process is to die before the next micro-step. */
  private dying = false;
  private shift = 0;
  private readonly spent = new Set<PlannedFault>();

  constructor(private readonly plan: FaultPlan) {}

  /** Faults that strike at their time, s; `strike` says that one has. */
  *timed(): Generator<{ readonly at: number; readonly fault: PlannedFault }> {
    for (const fault of this.plan.faults) if ('at' in fault && fault.at !== undefined) yield { at: fault.at, fault };
  }

  /** Re-executions that are asked for once the execution has ended. */
  afterEnd(): readonly Of<'reexecute'>[] {
    return this.plan.faults.filter(
      (fault): fault is Of<'reexecute'> => fault.fault === 'reexecute' && fault.at === undefined,
    );
  }

  strike(fault: PlannedFault): void {
    this.struck.add(this.plan.faults.indexOf(fault));
    if (fault.fault === 'crash') this.die(fault.clock);
  }

  /** Steps for which what they wait for comes before. */
  early(): readonly string[] {
    return this.plan.faults.flatMap((fault) => {
      if (fault.fault !== 'early') return [];
      this.strike(fault);
      return [fault.step];
    });
  }

  /** Whether the start request is sent twice. */
  startsTwice(): boolean {
    const found = this.plan.faults.find((fault) => fault.fault === 'duplicate' && fault.step === undefined);
    if (found) this.strike(found);
    return found !== undefined;
  }

  attemptBegan(address: string, attempt: number): void {
    for (const fault of this.crashes(address, attempt)) if (fault.when !== 'ended') this.crashOnce(fault);
  }

  attemptEnded(address: string, attempt: number): void {
    for (const fault of this.crashes(address, attempt)) if (fault.when === 'ended') this.crashOnce(fault);
  }

  hangs(address: string, attempt: number): boolean {
    return this.about('timeout', address, attempt).length > 0;
  }

  /** ms that the attempt takes longer. */
  delay(address: string, attempt: number): number {
    return this.about('slow', address, attempt).reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  }

  failure(address: string, attempt: number): Failure | undefined {
    const [fault] = this.about('error', address, attempt);
    if (!fault) return undefined;
    const { kind = 'transient', code = 'injected' } = fault;
    return { kind, code, message: `injected into attempt ${attempt} of ${address}` };
  }

  /** Seconds after its result at which it comes again. */
  duplicates(address: string, attempt: number): readonly number[] {
    return this.about('duplicate', address, attempt).map(({ seconds = 0 }) => seconds);
  }

  commitFate(commit: number): { readonly fate: CommitFate; readonly seconds: number } {
    for (const fault of this.plan.faults) {
      if (fault.fault !== 'storage' && fault.fault !== 'crash') continue;
      if (fault.commit !== commit) continue;
      this.struck.add(this.plan.faults.indexOf(fault));
      if (fault.fault === 'crash') {
        this.shift += fault.clock ?? 0;
        return { fate: fault.written ? 'dies-after' : 'dies-before', seconds: 0 };
      }
      return { fate: fault.written ? 'unknown' : 'refused', seconds: fault.seconds ?? 0 };
    }
    return { fate: 'written', seconds: 0 };
  }

  get isDying(): boolean {
    return this.dying;
  }

  die(clock = 0): void {
    this.dying = true;
    this.shift += clock;
  }

  /** s by which the clock of the next process is another one. */
  takeShift(): number {
    const { shift } = this;
    this.shift = 0;
    return shift;
  }

  /** Whether the process dies before the next micro-step; `done` were made. */
  diesNow(done: number): boolean {
    for (const fault of this.plan.faults) if (fault.fault === 'crash' && fault.after === done) this.crashOnce(fault);
    const dies = this.dying;
    this.dying = false;
    return dies;
  }

  private crashOnce(fault: Of<'crash'>): void {
    if (this.spent.has(fault)) return;
    this.spent.add(fault);
    this.strike(fault);
  }

  private crashes(address: string, attempt: number): readonly Of<'crash'>[] {
    return this.plan.faults.filter(
      (fault): fault is Of<'crash'> =>
        fault.fault === 'crash' && names(fault.step, address) && (fault.attempt ?? 1) === attempt,
    );
  }

  private about<K extends 'error' | 'timeout' | 'slow' | 'duplicate'>(
    kind: K,
    address: string,
    attempt: number,
  ): readonly Of<K>[] {
    const found = this.plan.faults.filter(
      (fault): fault is Of<K> =>
        fault.fault === kind &&
        'step' in fault &&
        names(fault.step, address) &&
        includes((fault as { attempt?: AttemptChoice }).attempt, attempt),
    );
    for (const fault of found) this.strike(fault);
    return found;
  }
}

const names = (step: string | undefined, address: string): boolean => step === address || step === patternOf(address);
const includes = (choice: AttemptChoice = 1, attempt: number): boolean => choice === 'every' || choice === attempt;
