import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import { allSteps, decide, isTerminalRun, startRun, type RunEvent } from '../core/index.js';
import type { LogLine } from '../ports/index.js';
import { Backlog } from './backlog.js';
import type { DriverPorts } from './driver-ports.js';
import { Dispatcher, TaskLimits, type Waiting } from '../dispatch/index.js';
import { Group, isTimedAnew, missedPublications } from './group.js';
import type { Work } from './inbox.js';
import { LiveExecution, type Loaded } from './live-execution.js';
import { Orders } from './orders.js';
import { refusalError } from './refusal-error.js';

/** How long one turn may decide and commit before everybody else gets the event loop, ms. */
const TURN = 8;
/** Requests that one commit takes; more would keep everybody else from the event loop for hundreds of ms. */
const MOST_WORKS = 1024;

/**
 * Drives the core: requests in, one group commit, then answers, publications and attempts out.
 *
 * Nothing is acknowledged, started or published before the commit that records it (E1). One writer per execution: only
 * `flush` touches the states, and it never runs inside itself (E5). Requests that arrive in one turn of the event loop
 * share a commit, up to `MOST_WORKS`; a lone one is committed at once, since waiting would cost a chain up to 40 %.
 */
export class RunDriver {
  private readonly backlog: Backlog;
  private readonly dispatcher: Dispatcher<LiveExecution>;
  private readonly taskLimits: TaskLimits;
  private readonly orders: Orders;
  private inbox: Work[] = [];
  private logs: LogLine[] = [];
  private scheduled = false;
  private flushing = false;
  private resting = false;
  private granting = true;
  private stopped = false;
  private lastAt = 0;

  constructor(private readonly ports: DriverPorts) {
    const { limits, timers } = ports;
    this.backlog = new Backlog(limits);
    this.dispatcher = new Dispatcher({ slots: limits.maxRunningTasks, timers, onRoom: () => this.schedule() });
    this.taskLimits = new TaskLimits(limits.perTask);
    this.orders = new Orders({
      ...ports,
      dispatcher: this.dispatcher,
      taskLimits: this.taskLimits,
      now: () => this.lastAt,
      holds: (live) => this.backlog.holds(live),
      submit: (work) => this.submit(work),
      schedule: () => this.schedule(),
    });
    ports.attempts.connect({
      note: (execution, request, reply) => this.submit({ is: 'note', execution, request, ...(reply && { reply }) }),
      log: (line) => this.log(line),
    });
  }

  get open(): number {
    return this.backlog.size;
  }

  get running(): number {
    return this.dispatcher.running;
  }

  /** Steps that wait for a slot. */
  get waiting(): number {
    return this.dispatcher.waiting;
  }

  find(execution: Uuid): LiveExecution | undefined {
    return this.backlog.find(execution);
  }

  executions(): Iterable<LiveExecution> {
    return this.backlog.all();
  }

  submit(work: Work): void {
    if (work.is !== 'note' && this.stopped) return work.reply.refuse(new HarmoniaError('shutting_down'));
    if (work.is !== 'note' && this.resting) {
      return work.reply.refuse(new HarmoniaError('storage_unavailable', { reason: 'the last write failed' }));
    }
    this.inbox.push(work);
    this.schedule();
  }

  /** Takes an execution over from the journal: after a restart, or after a failed commit. Its lost attempts are `lose` notes of the caller. */
  adopt(live: LiveExecution): void {
    this.backlog.add(live);
    this.dispatcher.recount(live, this.taskLimits.running(live.state, allSteps(live.state)));
    this.orders.armDeadlines(live);
    this.orders.take(live, undefined);
    this.schedule();
  }

  /** Publishes what commits wrote that were reported as failed, in the order of positions: nobody was told of it yet. */
  publishStored(loaded: readonly Loaded[]): void {
    const publications = missedPublications(loaded);
    if (publications.length > 0) this.ports.notifier.publish(publications);
  }

  /** Lets go of an execution: its attempts are aborted, nothing of it is recorded any more. */
  drop(live: LiveExecution): void {
    this.ports.attempts.abandon([live]);
    this.forget(live);
    this.dispatcher.freeAll(live);
  }

  /** It ended in a commit that was reported as failed: what comes of that was not carried out. */
  conclude(live: LiveExecution): void {
    this.orders.take(live, undefined);
    this.drop(live);
    this.ports.families.tellParent(live.state);
  }

  /** Grants no more slots; what runs may end and is recorded. */
  stopGranting(): void {
    this.granting = false;
  }

  /** A failed commit left states that are ahead of the journal. Nothing is decided until `wake`. */
  rest(): void {
    this.resting = true;
  }

  wake(): void {
    if (this.stopped) return;
    this.resting = false;
    this.schedule();
  }

  /** Fulfils when everything that was submitted is decided and committed, or the driver rests. */
  async settled(): Promise<void> {
    while (this.flushing || (this.hasWork() && !this.resting)) await new Promise((resolve) => setImmediate(resolve));
  }

  /** For good: nothing is decided any more, and no timer rings. What is open stays open in the journal. */
  stop(): void {
    this.resting = true;
    this.stopped = true;
    for (const live of this.backlog.all()) live.silence();
    this.dispatcher.stop();
  }

  private log(line: LogLine): void {
    this.logs.push(line);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.flushing || this.resting) return;
    this.scheduled = true;
    const lone = this.inbox.length <= 1 && this.ports.attempts.count <= 1;
    const run = (): void => void this.turn();
    if (lone) queueMicrotask(run);
    else setImmediate(run);
  }

  /** Flushes until nothing is left to do or the time of one turn is over. Never rejects. */
  private async turn(): Promise<void> {
    this.scheduled = false;
    if (this.flushing) return;
    this.flushing = true;
    const { elapsed } = this.ports;
    const until = elapsed() + TURN;
    do await this.flush();
    while (this.hasWork() && elapsed() < until);
    this.flushing = false;
    if (this.hasWork()) {
      this.scheduled = true;
      setImmediate(() => void this.turn());
    }
  }

  private hasWork(): boolean {
    if (this.resting) return false;
    return this.inbox.length > 0 || this.logs.length > 0 || (this.granting && this.dispatcher.hasNext());
  }

  private async flush(): Promise<void> {
    const { journal, meter, elapsed } = this.ports;
    const group = new Group();
    const works = this.inbox.splice(0, MOST_WORKS);
    const at = this.tick();
    for (const work of works) this.take(group, work, at);
    this.grant(group, at);
    const logs = this.logs;
    this.logs = [];
    if (group.isEmpty && logs.length === 0) return group.reply();
    try {
      const batch = group.batch(logs);
      const begun = elapsed();
      const { firstPosition } = await journal.commit(batch);
      meter?.committed(elapsed() - begun, batch);
      group.reply();
      if (group.transitions.size > 0) this.ports.notifier.publish(group.publications(firstPosition));
    } catch (error) {
      meter?.commitFailed();
      return this.fail(group, error);
    }
    this.carryOut(group);
  }

  /** The recorded time never goes back, whatever the clock of the machine does. */
  private tick(): number {
    this.lastAt = Math.max(this.lastAt, this.ports.timers.now());
    return this.lastAt;
  }

  private take(group: Group, work: Work, at: number): void {
    try {
      if (work.is === 'start') this.start(group, work, at);
      else if (work.is === 'reopen') this.reopen(group, work, at);
      else if (work.is === 'ask-several') this.askSeveral(group, work, at);
      else this.ask(group, work, at);
    } catch (error) {
      work.reply?.refuse(error);
      if ((work.is === 'ask' || work.is === 'note') && !(error instanceof HarmoniaError)) {
        this.abandon(work.execution, error);
      }
    }
  }

  private abandon(execution: Uuid, error: unknown): void {
    const live = this.backlog.find(execution);
    if (live) this.drop(live);
    this.ports.onBroken(execution, error);
  }

  private start(group: Group, work: Extract<Work, { is: 'start' }>, at: number): void {
    const { compiled, parent } = work.request;
    this.backlog.admit(compiled.taskCount, parent?.execution);
    const decision = startRun({ ...work.request, at });
    if (decision.is === 'refused') throw refusalError(decision.refusal);
    const { state, events } = decision;
    const handle = this.ports.journal.create(state.execution, state.root.steps.length);
    const live = new LiveExecution(state, handle);
    this.backlog.add(live);
    group.started.push(live);
    group.works.push(work);
    group.add(live, events);
    if (work.key) group.keys.push({ ...work.key, resource: live.id, at });
    group.replies.push({ reply: work.reply, answer: { at, seq: state.seq } });
    this.orders.armDeadlines(live);
    this.orders.take(live, group);
  }

  private reopen(group: Group, work: Extract<Work, { is: 'reopen' }>, at: number): void {
    const { live, request } = work;
    if (this.backlog.find(live.id)) throw new HarmoniaError('conflict', { reason: 'The execution has not ended' });
    this.backlog.admit(live.state.compiled.taskCount);
    const decision = decide(live.state, { ...request, at });
    if (decision.is === 'refused') throw refusalError(decision.refusal);
    this.backlog.add(live);
    group.works.push(work);
    group.replies.push({ reply: work.reply, answer: { at, seq: live.state.seq } });
    this.accept(group, live, decision.events);
  }

  /** All of them are looked at before any is changed, and nothing comes between. */
  private askSeveral(group: Group, work: Extract<Work, { is: 'ask-several' }>, at: number): void {
    const requests = work.plan();
    group.works.push(work);
    group.replies.push({ reply: work.reply, answer: { at, seq: 0 } });
    if (work.keep) group.events.push({ ...work.keep, at });
    for (const { live, request } of requests) {
      const decision = decide(live.state, { ...request, at });
      if (decision.is === 'refused') throw refusalError(decision.refusal);
      if (request.is === 'migrate') this.startAnew(live);
      this.accept(group, live, decision.events);
    }
  }

  /** What waits of an execution is ordered, and counted, again. */
  private startAnew(live: LiveExecution): void {
    this.backlog.add(live);
    this.dispatcher.forget(live);
  }

  private ask(group: Group, work: Extract<Work, { is: 'ask' | 'note' }>, at: number): void {
    const live = this.backlog.find(work.execution);
    if (!live) return work.reply?.refuse(new HarmoniaError('conflict', { reason: 'The execution has ended' }));
    const decision = decide(live.state, { ...work.request, at });
    if (decision.is === 'refused') return work.reply?.refuse(refusalError(decision.refusal));
    group.works.push(work);
    if (work.reply) group.replies.push({ reply: work.reply, answer: { at, seq: live.state.seq } });
    this.accept(group, live, decision.events);
  }

  private accept(group: Group, live: LiveExecution, events: readonly RunEvent[]): void {
    if (events.length === 0) return; // asked for what is so already
    group.add(live, events);
    this.backlog.recount(live);
    this.dispatcher.account(live, events);
    if (isTimedAnew(events)) this.orders.armDeadlines(live);
    this.orders.take(live, group, events);
  }

  /** Grants free slots in the batch that freed them: "completed" and "next one started" are one commit (semantics 25). */
  private grant(group: Group, at: number): void {
    while (this.granting) {
      const next = this.dispatcher.next(at);
      if (!next) return;
      this.begin(group, next, at);
    }
  }

  private begin(group: Group, { of: live, order, since }: Waiting<LiveExecution>, at: number): void {
    this.ports.meter?.waited(at - since);
    try {
      const decision = decide(live.state, { is: 'begin', at, step: order.step, generation: order.generation });
      if (decision.is === 'accepted') this.accept(group, live, decision.events);
    } catch (error) {
      this.abandon(live.id, error);
    }
  }

  /** After the commit: abort what must stop, forget what has ended, run what was begun. */
  private carryOut(group: Group): void {
    for (const { live, step, attempt } of group.stops) this.ports.attempts.stop(live, step, attempt);
    for (const { live, order } of group.families) this.ports.families.carryOut(live.state, order);
    for (const live of group.transitions.keys()) {
      if (!isTerminalRun(live.state.status)) continue;
      this.forget(live);
      this.ports.families.tellParent(live.state);
    }
    // Not of one that ended, or was given up, while it was decided: no effect after the end.
    for (const { live, order } of group.runs) if (this.backlog.holds(live)) this.ports.attempts.run(live, order);
  }

  private forget(live: LiveExecution): void {
    live.silence();
    this.dispatcher.forget(live);
    this.backlog.remove(live);
  }

  /**
   * The batch was decided on states that are now ahead of the journal (semantics 26): those executions are suspect,
   * callers are refused, and the engine's own notes wait to be decided again.
   */
  private fail(group: Group, error: unknown): void {
    this.resting = true;
    for (const live of group.transitions.keys()) {
      live.suspect = true;
      live.silence();
      this.dispatcher.forget(live);
    }
    for (const live of group.started) this.drop(live);
    const notes = group.works.filter((work) => work.is === 'note');
    this.inbox = [...notes, ...this.inbox];
    for (const work of [...group.works, ...this.inbox]) if (work.is !== 'note') work.reply.refuse(error);
    this.inbox = this.inbox.filter((work) => work.is === 'note');
    this.ports.onStorageFailure(
      error,
      group.started.map(({ id }) => id),
    );
  }
}
