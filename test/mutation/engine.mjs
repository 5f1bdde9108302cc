import { mutantsOf } from './mutant.mjs';

const driver = mutantsOf({
  area: 'commits',
  suites: 'engine',
  likely:
    'test/engine/(corners|durability|dispatching|endings|pausing|migration|shutdown|repeated-starts|adversarial|deadlines)',
  file: 'src/engine/embedded/run-driver.ts',
});
const orders = mutantsOf({
  area: 'commits',
  suites: 'engine',
  file: 'src/engine/embedded/orders.ts',
  likely: 'test/engine/(pausing|deadlines|corners)',
});
const group = mutantsOf({
  area: 'commits',
  suites: 'engine',
  likely:
    'test/engine/(corners|durability|dispatching|endings|pausing|migration|shutdown|repeated-starts|adversarial|deadlines)',
  file: 'src/engine/embedded/group.ts',
});
const attempts = mutantsOf({
  area: 'attempts',
  suites: 'engine',
  file: 'src/engine/embedded/attempts/attempt-runner.ts',
  likely: 'test/engine/(corners|deadlines|endings|shutdown|sub-workflows)',
});
const recovery = mutantsOf({
  area: 'recovery',
  suites: 'engine',
  file: 'src/engine/embedded/recovery.ts',
  likely: 'test/engine/(corners|durability|adversarial)',
});
const families = mutantsOf({
  area: 'sub-workflows',
  suites: 'engine',
  file: 'src/engine/embedded/families.ts',
  likely: 'test/engine/(corners|families|sub-workflows)',
});
const engine = mutantsOf({
  area: 'engine',
  suites: 'engine',
  likely:
    'test/engine/(corners|durability|dispatching|endings|pausing|migration|shutdown|repeated-starts|adversarial|deadlines)',
  file: 'src/engine/embedded/embedded-engine.ts',
});
const starts = mutantsOf({
  area: 'engine',
  suites: 'engine',
  likely:
    'test/engine/(corners|durability|dispatching|endings|pausing|migration|shutdown|repeated-starts|adversarial|deadlines)',
  file: 'src/engine/embedded/repeatable-starts.ts',
});
const live = mutantsOf({
  area: 'commits',
  suites: 'engine',
  likely:
    'test/engine/(corners|durability|dispatching|endings|pausing|migration|shutdown|repeated-starts|adversarial|deadlines)',
  file: 'src/engine/embedded/live-execution.ts',
});
const known = mutantsOf({
  area: 'cache',
  suites: 'engine',
  file: 'src/engine/embedded/known-results.ts',
  likely: 'test/engine/(corners|sub-workflows)',
});
const running = mutantsOf({
  area: 'attempts',
  suites: 'engine',
  file: 'src/engine/embedded/attempts/running-attempt.ts',
  likely: 'test/engine/(corners|endings|deadlines|sub-workflows)',
});

export const ENGINE = [
  driver(
    'a result that is recorded is told of before it is written',
    `if (work.reply) group.replies.push({ reply: work.reply, answer: { at, seq: live.state.seq } });\n    this.accept(group, live, decision.events);`,
    `work.reply?.accept({ at, seq: live.state.seq });\n    this.accept(group, live, decision.events);`,
  ),
  driver(
    'effects before the commit',
    `      const { firstPosition } = await journal.commit(batch);`,
    `      this.carryOut(group);
      group.runs.length = 0;
      const { firstPosition } = await journal.commit(batch);`,
  ),
  driver(
    'answers before the commit',
    `      const begun = elapsed();
      const { firstPosition } = await journal.commit(batch);
      meter?.committed(elapsed() - begun, batch);
      group.reply();`,
    `      const begun = elapsed();
      group.reply();
      const { firstPosition } = await journal.commit(batch);
      meter?.committed(elapsed() - begun, batch);`,
  ),
  driver('effects of a commit that failed', `      return this.fail(group, error);`, `      this.fail(group, error);`),
  driver(
    'publishes before the commit',
    `      const { firstPosition } = await journal.commit(batch);`,
    `      this.ports.notifier.publish(group.publications(1));
      const { firstPosition } = await journal.commit(batch);`,
  ),
  driver(
    'the clock goes back',
    `this.lastAt = Math.max(this.lastAt, this.ports.timers.now());`,
    `this.lastAt = this.ports.timers.now();`,
  ),
  group(
    'the deadline of the execution is not armed when it is reopened',
    `  'execution_reopened',
`,
    ``,
  ),
  group(
    'the deadline of the execution is not armed when it is migrated',
    `  'execution_migrated',
`,
    ``,
  ),
  orders('a resume runs again what runs', `else if (begins(events, order)) group?.runs.push`, `else group?.runs.push`),
  driver(
    'an attempt runs although its execution ended',
    `if (this.backlog.holds(live)) this.ports.attempts.run(live, order);`,
    `this.ports.attempts.run(live, order);`,
  ),
  driver(
    'stopped attempts go on',
    `    for (const { live, step, attempt } of group.stops) this.ports.attempts.stop(live, step, attempt);\n`,
    ``,
  ),
  driver('the parent is not told', `      this.ports.families.tellParent(live.state);\n`, ``),
  driver(
    'nothing is done for families',
    `    for (const { live, order } of group.families) this.ports.families.carryOut(live.state, order);\n`,
    ``,
  ),
  driver(
    'notes are dropped when a commit fails',
    `    this.inbox = [...notes, ...this.inbox];\n`,
    `    this.inbox = this.inbox.slice();\n`,
  ),
  driver('what a failed commit started is kept', `    for (const live of group.started) this.drop(live);\n`, ``),
  driver('the keys of starts are not kept', `if (work.key) group.keys.push`, `if (work.key && at < 0) group.keys.push`),
  driver('slots are granted while it shuts down', `    this.granting = false;`, `    this.granting = true;`),
  driver(
    'a bug in the core is not reported',
    `        this.abandon(work.execution, error);
      }
    }
  }`,
    `      }
    }
  }`,
  ),
  driver(
    'ended executions stay in memory',
    `      this.forget(live);
      this.ports.families`,
    `      this.ports.families`,
  ),
  group(
    'events have the wrong place',
    `else this.transitions.set(live, recorded);`,
    `else this.transitions.set(live, recorded.reverse());`,
  ),
  attempts('attempts are not told what was done once', `results: order.results,`, `results: [],`),
  attempts(
    'a result counts twice',
    `if (running?.order.attempt !== attempt) return; // stopped meanwhile`,
    `if (!running) return;`,
  ),
  attempts(
    'deadlines of attempts are not armed',
    `    running.deadline = this.armDeadline(live, order);
    this.watch`,
    `    this.watch`,
  ),
  attempts(
    'heartbeats are not looked at',
    `if (running.signs !== signs) return this.watch`,
    `if (running.signs >= 0) return this.watch`,
  ),
  attempts('an attempt that was abandoned is not aborted', `        running.stop('shutdown');\n`, ``),
  recovery(
    'lost attempts are not made again',
    `return state.at === 'running' && live`,
    `return state.at === 'armed' && live`,
  ),
  recovery(
    'attempts that run are lost after a failed commit',
    `state.at === 'running' && live.attempts.get(address)?.order.attempt !== state.tries.attempt;`,
    `state.at === 'running';`,
  ),
  recovery(
    'suspect executions are not loaded again',
    `if (found) [live.state, live.handle] = [found.live.state, found.live.handle];`,
    ``,
  ),
  recovery(
    'what a lost answer started is forgotten',
    `for (const execution of started) this.unsure.add(execution);`,
    ``,
  ),
  recovery('what was written without an answer is not published', `      this.driver.publishStored(loaded);\n`, ``),
  families('a child is started twice', `    if (last) return;\n`, ``),
  families(
    'a detached child that has failed fails its step',
    `    if (last && !awaited) return tell({ is: 'started' });\n`,
    ``,
  ),
  families(
    'a child that is being started is started again',
    `    if (this.starting.has(order.execution)) return;
`,
    ``,
  ),
  families(
    'the end of a child is not told after a restart',
    `    if (ended) return tell({ ...ended, ...usageIn(await this.accountOf(execution)) });\n`,
    ``,
  ),
  families('orphans are not canceled after a restart', `if (!isWanted) this.cancel(live.id);`, ``),
  families('children that are wanted are canceled', `if (!isWanted) this.cancel(live.id);`, `this.cancel(live.id);`),
  families(
    'an orphan is not canceled',
    `if (this.driver?.find(execution)) this.driver.submit({`,
    `if (this.driver?.find(execution) && !request) this.driver.submit({`,
  ),
  families(
    'a refused child is not tried again',
    `if (this.isWanted(parent.execution, order)) this.carryOut(parent, order);`,
    ``,
  ),
  engine(
    'waiters are not told at shutdown',
    `for (const execution of [...this.waiting.keys()]) this.tell(execution, undefined);`,
    ``,
  ),
  engine(
    'requests are taken while it starts',
    `if (this.state !== 'running') throw this.notRunning();
    if (!this.driver`,
    `if (!this.driver`,
  ),
  starts(
    'a key may be used for another request',
    `if (known.request !== key.request) throw`,
    `if (known.request === '') throw`,
  ),
  starts('two requests of one key at once', `    this.underWay.set(name, work);\n`, ``),
  driver(
    'a reopened execution needs no room',
    `    this.backlog.admit(live.state.compiled.taskCount);\n    const decision = decide`,
    `    const decision = decide`,
  ),
  driver('a start needs no room', `    this.backlog.admit(compiled.taskCount, parent?.execution);\n`, ``),
  driver('steps that bodies bring are not counted', `    this.backlog.recount(live);\n`, ``),
  driver(
    'work is taken while the store fails',
    `if (work.is !== 'note' && this.resting) {`,
    `if (work.is !== 'note' && this.stopped) {`,
  ),
  driver('what a commit did that failed is believed', `      live.suspect = true;\n`, ``),
  driver(
    'timers of what ended ring',
    `    live.silence();\n    this.dispatcher.forget(live);\n    this.backlog`,
    `    this.dispatcher.forget(live);\n    this.backlog`,
  ),
  orders(
    'an early retry begins at once',
    `if (order.notBefore === undefined || order.notBefore <= now()) return`,
    `if (order.notBefore !== null) return`,
  ),
  group('results are not kept', `if (key !== undefined) this.results.push`, `if (key === null) this.results.push`),
  group(
    'what is published is published again',
    `      live.published = live.state.seq;\n      const published`,
    `      const published`,
  ),
  group(
    'the last that was published is published again',
    `recorded.seq > live.published`,
    `recorded.seq >= live.published`,
  ),
  group(
    'what was missed is published in the order of starts',
    `return publications.sort((a, b) => first(a) - first(b));`,
    `return publications;`,
  ),
  live('timers ring for who is gone', `    for (const timer of this.wakeUps.values()) timer.cancel();\n`, ``),
  live(
    'the deadline rings for who is gone',
    `    this.deadline?.cancel();\n    this.timeUp?.cancel();\n    for`,
    `    this.timeUp?.cancel();\n    for`,
  ),
  live(
    'what is disarmed rings',
    `    this.wakeUps.get(step)?.cancel();\n    this.wakeUps.delete(step);\n  }`,
    `    this.wakeUps.delete(step);\n  }`,
  ),
  known(
    'a cache that fails loses the step',
    `    () => ask.enqueue(true), // a store that fails shows at the next commit`,
    `    () => undefined,`,
  ),
  known('the cache is asked at every attempt', `  if (hasBegun(live, step)) return ask.enqueue(false);\n`, ``),
  known(
    'what was not found loses the step',
    `      if (!found) return ask.enqueue(true);\n`,
    `      if (!found) return;\n`,
  ),
  running('what is over may speak', `if (!this.over) this.voice.log`, `this.voice.log`),
  running('what is over may tell its progress', `if (!this.over) this.voice.progress`, `this.voice.progress`),
  running('a heartbeat is no sign of life', `  heartbeat(): void {\n    this.signs += 1;`, `  heartbeat(): void {`),
  running(
    'a log line is no sign of life',
    `    this.signs += 1;\n    if (!this.over) this.voice.log`,
    `    if (!this.over) this.voice.log`,
  ),
  running('the watch rings after the end', `    this.watch?.cancel();\n`, ``),
  running('the deadline rings after the end', `    this.deadline?.cancel();\n`, ``),
  running(
    'who looks at the signal late is not told',
    `    if (this.stopped !== undefined) this.controller.abort(this.stopped);\n`,
    ``,
  ),
  attempts(
    'a stopped attempt is not aborted',
    `    running.stop(deadline !== undefined && this.timers.now() >= deadline ? 'timeout' : 'stopped');\n`,
    ``,
  ),
  attempts(
    'an attempt that ended keeps the engine open',
    `    running.end();\n    this.release();`,
    `    running.end();`,
  ),
  recovery('what started without an answer is not told from its beginning', `      loaded.live.published = 0;\n`, ``),
  recovery(
    'what had ended goes on',
    `        if (isTerminalRun(live.state.status)) this.driver.conclude(live);
        else this.takeUp(live);`,
    `        this.takeUp(live);`,
  ),
  recovery('a failure stays after it has passed', `    this.failure = undefined;\n`, ``),
  recovery(
    'one that cannot be read stops the others',
    `      if (isStorageTrouble(error)) throw error;\n`,
    `      throw error;\n`,
  ),
  recovery('the driver sleeps on', `    this.driver.wake();\n`, ``),
  families('children are all of the first depth', `const depth = (parent.parent?.depth ?? 0) + 1;`, `const depth = 1;`),
  engine(
    'what is open may be deleted',
    `this.driver.find(execution) || this.reexecutions.isUnderWay(execution)`,
    `this.reexecutions.isUnderWay(execution)`,
  ),
  engine('one that was given up keeps who waits', `    if (this.givenUp.has(execution)) return undefined;\n`, ``),
  engine(
    'a listener that throws fails the commit',
    `          onTrouble('a listener threw', error);\n`,
    `          throw error;\n`,
  ),
  engine('slots are granted while it closes', `    this.driver.stopGranting();\n`, ``),
  engine('orphans of before are not looked for', `    await this.families.cancelOrphans();\n`, ``),
  driver(
    'slots are not counted anew after a restart',
    `    this.dispatcher.recount(live, this.taskLimits.running(live.state, allSteps(live.state)));\n`,
    ``,
  ),
  engine(
    'two re-executions at once',
    `return this.reexecutions.once(execution, operation, async`,
    `return new Reexecutions({ ...this.options, isLive: () => false }).once(execution, operation, async`,
  ),
  driver(
    'requests that wait are not refused when a commit fails',
    `for (const work of [...group.works, ...this.inbox]) if`,
    `for (const work of [...group.works]) if`,
  ),
  attempts(
    'a stopped attempt keeps the engine open',
    `    this.release();\n    const { deadline } = running.order;`,
    `    const { deadline } = running.order;`,
  ),
  attempts(
    'a runner that throws stops the driver',
    `      return { is: 'failed', failure: brokenRunner(error) };`,
    `      throw error;`,
  ),
  attempts(
    'another attempt is stopped',
    `    if (running?.order.attempt !== attempt) return;\n    live.attempts.delete(step);\n    this.release();\n    const { deadline }`,
    `    if (!running) return;\n    live.attempts.delete(step);\n    this.release();\n    const { deadline }`,
  ),
  recovery(
    'a store that fails while it is read loses executions',
    `      if (isStorageTrouble(error)) throw error;\n`,
    ``,
  ),
  families(
    'a child starts although its parent has gone on',
    `      if (!this.isWanted(parent.execution, order)) return;\n`,
    ``,
  ),
  engine(
    'what is taken up may be deleted',
    `this.driver.find(execution) || this.reexecutions.isUnderWay(execution)`,
    `this.driver.find(execution)`,
  ),
];
