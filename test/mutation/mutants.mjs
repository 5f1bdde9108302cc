/**
 * Ways to break the core, the embedded engine and the tables, one at a time. `find` stands exactly once in `file` and is
 * replaced by `put`; the suites of its area must then fail. A mutant with `equivalent` changes nothing that anybody can
 * see, and says why.
 */

const of =
  (area, file) =>
  (name, find, put, more = {}) => ({ name, area, file, find, put, ...more });

const decide = of('core', 'src/engine/core/decide/decide.ts');
const settle = of('core', 'src/engine/core/decide/settle.ts');
const construct = of('core', 'src/engine/core/decide/construct.ts');
const draft = of('core', 'src/engine/core/decide/draft.ts');
const wait = of('core', 'src/engine/core/decide/wait.ts');
const plan = of('core', 'src/engine/core/decide/plan.ts');
const join = of('core', 'src/engine/core/fold/join.ts');
const transition = of('core', 'src/engine/core/fold/transition.ts');
const evolve = of('core', 'src/engine/core/fold/evolve.ts');
const bodies = of('core', 'src/engine/core/fold/bodies.ts');
const compensation = of('core', 'src/engine/core/fold/compensation.ts');
const callback = of('core', 'src/engine/core/fold/callback.ts');
const variables = of('core', 'src/engine/core/fold/variables.ts');
const reopen = of('core', 'src/engine/core/fold/reopen.ts');
const reopening = of('core', 'src/engine/core/reexecute/reopening.ts');
const carrying = of('core', 'src/engine/core/reexecute/carrying.ts');
const driver = of('engine', 'src/engine/embedded/run-driver.ts');
const group = of('engine', 'src/engine/embedded/group.ts');
const attempts = of('engine', 'src/engine/embedded/attempts/attempt-runner.ts');
const recovery = of('engine', 'src/engine/embedded/recovery.ts');
const families = of('engine', 'src/engine/embedded/families.ts');
const dispatcher = of('engine', 'src/engine/embedded/dispatch/dispatcher.ts');
const live = of('engine', 'src/engine/embedded/live-execution.ts');
const engine = of('engine', 'src/engine/embedded/embedded-engine.ts');
const starts = of('engine', 'src/engine/embedded/repeatable-starts.ts');
const projection = of('tables', 'src/persistence/writer/projection.ts');
const chain = of('tables', 'src/persistence/writer/hash-chain.ts');
const writer = of('tables', 'src/persistence/writer/journal-writer.ts');

export const MUTANTS = [
  // What a request may do.
  decide(
    'a step begins whatever its generation',
    `if (!step || step.generation !== request.generation || state.status.is !== 'running') return STALE;
  if (!mayBegin`,
    `if (!step || state.status.is !== 'running') return STALE;
  if (!mayBegin`,
  ),
  decide(
    'a step begins while paused',
    `if (!step || step.generation !== request.generation || state.status.is !== 'running') return STALE;
  if (!mayBegin`,
    `if (!step || step.generation !== request.generation) return STALE;
  if (!mayBegin`,
  ),
  decide('a step begins in whatever state', `if (!mayBegin(step.state, at) || step`, `if (step`),
  decide('the pause before a retry is not waited for', `state.until <= at);`, `true);`),
  decide(
    'a result counts whatever its attempt',
    ` || step.state.tries.attempt !== request.attempt) return STALE; // E5`,
    `) return STALE;`,
  ),
  decide(
    'a result counts whatever its generation',
    `if (!step || step.generation !== request.generation || isTerminalRun(state.status)) return STALE;
  if (step.state.at !== 'running'`,
    `if (!step || isTerminalRun(state.status)) return STALE;
  if (step.state.at !== 'running'`,
  ),
  decide(
    'an attempt expires before its deadline',
    `step.state.deadline > draft.at) return STALE;
  failAttempt`,
    `false) return STALE;
  failAttempt`,
  ),
  decide(
    'an attempt expires while paused',
    `if (step.state.at !== 'running' || draft.state.status.is !== 'running') return STALE;`,
    `if (step.state.at !== 'running') return STALE;`,
  ),
  decide(
    'the execution expires before its deadline',
    `state.deadline === undefined || state.deadline > at) return STALE;
  if (state.ending)`,
    `state.deadline === undefined) return STALE;
  if (state.ending)`,
  ),
  decide(
    'an overdue wait is forgotten at resume',
    `    elapseStep(draft, { step: step.address, generation: step.generation });\n`,
    ``,
  ),
  decide('an overdue attempt is forgotten at resume', `    expireAttempt(draft, step);\n`, ``),
  decide(
    'a wait is over before its time',
    `step.state.until === undefined || step.state.until > at) return STALE;`,
    `step.state.until === undefined) return STALE;`,
  ),
  decide(
    'an event that is delivered twice counts twice',
    `if (state.received.has(event)) return undefined; // delivered twice`,
    ``,
  ),
  decide(
    'anybody may approve',
    `if (allowed.length > 0 && (by === null || !allowed.includes(by))) {`,
    `if (false as boolean) {`,
  ),
  decide('a callback counts twice', `else if (state.callbacks.has(step.address)) return STALE;\n`, ``),
  decide(
    'a child of another generation is heard',
    `if (!step || step.generation !== request.generation || isTerminalRun(state.status)) return STALE;
  if (step.state.at !== 'armed'`,
    `if (!step || isTerminalRun(state.status)) return STALE;
  if (step.state.at !== 'armed'`,
  ),
  decide(
    'a cached result counts whatever the generation',
    `if (step?.generation !== generation || state`,
    `if (!step || state`,
  ),
  decide('on_lost is not looked at', `if (step.task.onLost === 'retry') give`, `if (step.task.onLost) give`),
  decide(
    'what the retries may take is not bounded',
    `  const deadline = elapsed === undefined ? attempt :`,
    `  const deadline = elapsed !== undefined ? attempt :`,
  ),
  callback('the token of a callback is not compared', ` && callbackToken(state, step) === token ? step`, ` ? step`),
  callback(
    'tokens of all generations are one',
    `[state.seed, state.execution, address, generation]`,
    `[state.seed, state.execution, address, generation - generation]`,
  ),

  // What follows from it.
  evolve(
    'a lost attempt counts as a retry',
    `return move(state, step, { at: 'ready', tries: triesOf(step), ...kept`,
    `return move(state, step, { at: 'ready', tries: { ...triesOf(step), retries: triesOf(step).retries + 1 }, ...kept`,
  ),
  evolve('a failed attempt does not count as a retry', `retries: tries.retries + 1 }`, `retries: tries.retries }`),
  evolve(
    'an attempt that took too long goes on',
    `if (event.failure.kind === 'timeout') stopAttempt(state, step);
      const`,
    `const`,
  ),
  evolve('a resume orders nothing', `      for (const step of liveSteps(state)) state.touched.add(step);\n`, ``),
  evolve('one event satisfies two waits', `if (place >= 0) state.inbox.splice(place, 1);`, ``),
  evolve(
    'the input is another at each attempt',
    `? { ...before, attempt: event.attempt }`,
    `? { ...before, attempt: event.attempt, input: event.input ?? {} }`,
  ),
  evolve(
    'the first start is forgotten',
    `? { ...before, attempt: event.attempt }`,
    `? { ...before, attempt: event.attempt, firstStartedAt: event.at }`,
  ),
  evolve('what was received is forgotten', `      state.received.add(event.event);\n`, ``),
  evolve(
    'a step may start twice',
    `if (step.state.at !== 'ready' && step.state.at !== 'backing-off')
        throw`,
    `if (isTerminalStep(step.state))
        throw`,
  ),
  evolve(
    'an event of another generation is folded',
    `if (event.generation !== step.generation) {`,
    `if (event.generation < 0) {`,
  ),
  evolve(
    'the end of the execution leaves steps open',
    `      cancelEverything(state);
      state.status = { is: 'canceled'`,
    `      state.status = { is: 'canceled'`,
  ),
  evolve(
    'what undoes goes on after the end',
    `  if (state.ending?.compensation) cancelCompensation(state, state.ending.compensation);\n`,
    ``,
  ),
  join(
    'dependencies that ended are not counted',
    `  waits.open -= 1;`,
    `  waits.open -= source.state.at === 'skipped' ? 0 : 1;`,
  ),
  join('control edges that spoke are not counted', `  waits.gatesOpen -= 1;`, `  waits.gatesOpen -= chosen ? 1 : 0;`),
  join('a failed dependency does not block', `    waits.blockedBy ??= source.address;`, `    waits.carried = true;`),
  join(
    'a step skipped upstream carries',
    `if (state.cause === 'condition' || state.cause === 'operator') waits.carried`,
    `waits.carried`,
  ),
  join(
    'an n-join starts one too late',
    `waits.completed >= task.join.needed) return { is: 'run' };`,
    `waits.completed > task.join.needed) return { is: 'run' };`,
  ),
  join(
    'an n-join that is out of reach waits',
    `waits.completed + waits.open >= task.join.needed) return undefined;`,
    `waits.open > 0) return undefined;`,
  ),
  join(
    'a step runs when the first of its gates has chosen it',
    `(waits.gatesOpen === 0 && waits.chosen)`,
    `waits.chosen`,
  ),
  transition(
    'due is not deleted',
    `if (before.at === 'due') state.due.delete(step);
  else if`,
    `if`,
  ),
  transition('what waited is still listening', `  state.listening.delete(step);\n`, ``),
  transition(
    'a child that nobody waits for is not an orphan',
    `if (isGivenUp) state.orphans.push(step.state.awaits.execution);`,
    ``,
  ),
  transition('a child is an orphan however its parent went on', `if (isGivenUp) state.orphans`, `state.orphans`),
  transition(
    'open steps of a scope are not counted',
    `  scope.open -= 1;\n`,
    `  scope.open -= next.at === 'failed' ? 0 : 1;\n`,
  ),
  transition('canceled steps of a scope are not counted', `if (next.at === 'canceled') scope.canceled += 1;`, ``),
  transition(
    'handled failures count',
    `if (next.at === 'failed' && next.handled === undefined) fail`,
    `if (next.at === 'failed') fail`,
  ),
  transition(
    'what can be undone is forgotten',
    `  if (next.at === 'completed' && step.task.compensate) state.undoable.push(step);\n`,
    ``,
  ),
  transition(
    'losers of a race are not canceled',
    `  if (step.bodies) cancelBodies(state, step.bodies);
  if (step.undoes`,
    `  if (step.bodies && step.bodies.is !== 'race') cancelBodies(state, step.bodies);
  if (step.undoes`,
  ),
  transition('the last of a race wins', `bodies.winner ??= step;`, `bodies.winner = step;`),
  transition(
    'attempts that are canceled go on',
    `  stopAttempt(state, step);
  move(state, step, { at: 'canceled' });`,
    `  move(state, step, { at: 'canceled' });`,
  ),
  transition('waits of a doomed scope go on', `if (scope.open > 0 && isDoomed(scope)) state.doomed.add(scope);`, ``),
  transition(
    'what is canceled in a construct is not counted',
    `    cancelStep(state, step);
    scope.canceled += 1;`,
    `    cancelStep(state, step);`,
  ),
  transition(
    'goto chooses whom it does not name',
    `return source.state.handled.goto === target.task.id;`,
    `return true;`,
  ),
  settle('conditions are not looked at', `if (!condition.value) return give`, `if (!condition) return give`),
  settle(
    'a switch takes its last branch',
    `.id;
    break;`,
    `.id;`,
  ),
  settle('fail_fast waits', `(open === 0 || state.compiled.failFast)`, `open === 0`),
  settle('the execution ends although steps are open', `  if (open > 0) return;\n`, ``),
  settle('the execution ends before what is undone', `    if (isUndoing(compensation)) return;\n`, ``),
  settle('the execution ends before the notice has', `    if (notice && !isTerminalStep(notice.state)) return;\n`, ``),
  settle('a cancel compensates unasked', `const undo = compensate && !state.ending ?`, `const undo = !state.ending ?`),
  settle(
    'a compensation that is canceled begins anew',
    `const undo = compensate && !state.ending ?`,
    `const undo = compensate ?`,
  ),
  draft(
    'handlers are taken whatever the class',
    `!classes || classes.has(kind) || classes.has(code)`,
    `classes !== null`,
  ),
  draft(
    'a continued failure is one',
    `if (remedy.is === 'continue') return 'continue';`,
    `if (remedy.is === 'continue') return undefined;`,
  ),
  construct('a map tolerates one too many', `if (bodies.failed > allowed) {`, `if (bodies.failed > allowed + 1) {`),
  construct(
    'a map tolerates one too few',
    `if (bodies.failed > allowed) {`,
    `if (bodies.failed > 0 && bodies.failed >= allowed) {`,
  ),
  construct('a share is rounded up', `Math.floor(tolerate.share`, `Math.ceil(tolerate.share`),
  construct('a map runs one too many at a time', `bodies.open < (work`, `bodies.open <= (work`),
  construct(
    'a map is over although items are open',
    `if (bodies.open > 0 || bodies.next < items.length) return;`,
    `if (bodies.next < items.length) return;`,
  ),
  construct('a loop makes one more', `if (index >= work.maxIterations) {`, `if (index > work.maxIterations) {`),
  construct('a loop does not look at until', `if (enough.value) return`, `if (enough.value === null) return`),
  construct(
    'finally is left out after a failure',
    `if (work.finally) return openPhase`,
    `if (work.finally && result.is === 'completed') return openPhase`,
  ),
  construct(
    'catch is not undone before',
    `    if (!isUndone(draft, { step, bodies, scope })) return;
    if (work.catch)`,
    `    if (work.catch)`,
  ),
  construct(
    'what losers of a race had done is not undone',
    `if (!isUndone(draft, { step, bodies, scope, spare: winner })) return;`,
    ``,
  ),
  construct(
    'a failure in finally is lost',
    `result.is === 'failed' ? result : (bodies.result ?? result)`,
    `bodies.result ?? result`,
  ),
  construct(
    'a race fails with its first',
    `  if (scope.open > 0) return;
  if (scope.failed.length > 0) return conclude(draft, step, failureOfScope`,
    `  if (scope.failed.length > 0) return conclude(draft, step, failureOfScope`,
  ),
  bodies('open items are not counted', `  bodies.open += 1;\n`, ``),
  bodies('items that ended are open', `  bodies.open -= 1;\n`, ``),
  bodies('failed items are not counted', `if (result.is === 'failed') bodies.failed += 1;`, ``),
  bodies('the next item is not looked for', `bodies.next += 1;`, `bodies.next = bodies.items.length;`),
  bodies(
    'previous is always null',
    `bodies.previous = result?.is === 'completed' ? result.output : null;`,
    `bodies.previous = null;`,
  ),
  compensation('the wrong order of undoing', `return within.reverse().map`, `return within.map`),
  compensation(
    'the next one is not undone',
    `compensation.next += 1;
    begin(state, compensation);`,
    `compensation.next += 1;`,
  ),
  compensation('the place of what is undone is forgotten', `    compensation.next += 1;\n`, ``),
  compensation('the winner of a race is undone', `&& step !== spare && !around`, `&& !around`),
  compensation('what was undone is undone again', `  state.undoable.splice(0, state.undoable.length, ...rest);\n`, ``),
  variables('a variable goes to every scope around', `for (const [name] of own) delete left[name];`, ``),
  wait(
    'a wait takes an event of another name',
    `state.inbox.find((event) => event.name === name && fits`,
    `state.inbox.find((event) => fits`,
  ),
  wait(
    'one event is delivered to two waits',
    `    return completeStep(draft, step, { output: event.payload, consumed: event.id });`,
    `    completeStep(draft, step, { output: event.payload, consumed: event.id });`,
  ),
  wait(
    'events that came before are not looked for',
    `if (found) return completeStep`,
    `if (found && draft.at < 0) return completeStep`,
  ),
  wait('match is not looked at', `return result.ok && result.value;`, `return true;`),
  wait('a silent approval is a yes', `approved: work.onTimeout === 'approve', by: null`, `approved: true, by: null`),
  wait(
    'a failure of a child is fatal',
    `kind: KINDS.find((kind) => kind === origin.kind) ?? 'fatal',`,
    `kind: 'fatal',`,
  ),
  wait(
    'a child may be as deep as it likes',
    `if ((state.parent?.depth ?? 0) >= MAX_DEPTH) {`,
    `if ((state.parent?.depth ?? 0) > MAX_DEPTH * 1e6) {`,
  ),
  wait(
    'children of all generations are one',
    `deriveUuid(state.execution, step.address, step.generation)`,
    `deriveUuid(state.execution, step.address, 1)`,
  ),
  plan('what stopped is told again and again', `  state.stopped = [];\n`, ``),
  plan(
    'orphans are forgotten',
    `  for (const execution of state.orphans) orders.push({ is: 'cancel-child', execution });\n`,
    ``,
  ),
  plan(
    'steps are made ready while paused',
    `      if (!paused) orders.push(readyOrder(run, step, undefined));`,
    `      orders.push(readyOrder(run, step, undefined));`,
  ),
  plan(
    'timers are armed while paused',
    `      if (!paused) wake(orders, step, state.until);`,
    `      wake(orders, step, state.until);`,
  ),
  plan('what waits no more is not disarmed', `        orders.push({ is: 'disarm', step: step.address });`, ``),

  // Re-execution.
  reopen('scopes are not counted anew', `  for (const scope of scopes) recount(state, scope);\n`, ``),
  reopen(
    'items are not counted anew',
    `  for (const { bodies } of state.advancing) if (bodies?.is === 'map') recountItems(bodies);\n`,
    ``,
  ),
  reopen(
    'failed items are not counted anew',
    `  bodies.failed = bodies.results.filter((result) => result?.is === 'failed').length;\n`,
    ``,
  ),
  reopen(
    'bodies of what is reset are kept',
    `    dropBodies(state, step);
    step.generation`,
    `    step.generation`,
  ),
  reopen('what is reset keeps its generation', `    step.generation = event.generation;\n`, ``),
  reopen('what is reset has heard of nobody', `if (isTerminalStep(source.state)) countDependency(waits, source);`, ``),
  reopen(
    'what is reset was chosen by nobody',
    `if (isTerminalStep(source.state)) countGate(waits, source, isChosen(source, step));`,
    ``,
  ),
  reopen(
    'the deadline is not set anew',
    `  state.deadline = timeout === undefined ? undefined : event.at + timeout;\n`,
    ``,
  ),
  reopen(
    'the winner of a race stays',
    `if (bodies.is === 'race') bodies.winner = undefined;
  else if`,
    `if`,
  ),
  reopen(
    'later iterations stay',
    `bodies.scopes.splice((scope.key as number) + 1)`,
    `bodies.scopes.splice((scope.key as number) + 2)`,
  ),
  reopen('catch stays when try runs again', `      delete scopes.catch;\n`, ``),
  reopen(
    'what was reset can be undone',
    `(step) => step.state.at === 'completed' && findStep(state, step.address) === step,
  );
  state.undoable`,
    `(step) => findStep(state, step.address) === step,
  );
  state.undoable`,
  ),
  reopen(
    'variables that reset steps assigned stay',
    `  for (const scope of everyScope(state)) recallVariables(state, scope);\n`,
    ``,
  ),
  reopening(
    'what depends on a reset step is kept',
    `if (target !== this.skipped) this.resetWithDependants(target, { reason: 'after', because: step.address });`,
    ``,
  ),
  reopening(
    'retry_failed resets what is handled',
    `state.at === 'failed' && state.handled === undefined;`,
    `state.at === 'failed';`,
  ),
  reopening(
    'resume resets what failed',
    `const isFailure = this.retries && unhandled(step);`,
    `const isFailure = unhandled(step);`,
  ),
  reopening(
    'completed items of a map run again',
    `(scope === chosen || !result || (this.retries && result.is === 'failed'))`,
    `(scope === chosen || result?.is !== 'canceled')`,
    {
      equivalent:
        'A completed item has nothing to go on with: a scope is reset only where a step in it failed or was canceled.',
    },
  ),
  reopening('what was undone is kept', `  marking.undo(state.ending?.compensation);\n`, ``),
  reopening(
    'what an open execution does is done again',
    `if (!isTerminalRun(state.status)) {`,
    `if (state.status.is === 'paused') {`,
  ),
  carrying(
    'what reads another input is kept',
    `(otherInput && step.task.readsInput)`,
    `(otherInput && step.task.id === '')`,
  ),
  carrying('what was undone is carried over', `      mark(undoes, { reason: 'compensated' });\n`, ``),
  carrying(
    'skips are carried over whatever they followed from',
    `if (outcome && !(outcome.is === 'skipped' && !isFollowing)) {`,
    `if (outcome) {`,
  ),
  carrying('events that nobody took are lost', `carried: [...events, ...inbox] };`, `carried: events };`),

  // The driver.
  driver(
    'effects before the commit',
    `    try {
      const { firstPosition } = await this.ports.journal.commit(group.batch(logs));`,
    `    this.carryOut(group);
    group.runs.length = 0;
    try {
      const { firstPosition } = await this.ports.journal.commit(group.batch(logs));`,
  ),
  driver(
    'answers before the commit',
    `    try {
      const { firstPosition } = await this.ports.journal.commit(group.batch(logs));
      this.reply(group);`,
    `    this.reply(group);
    try {
      const { firstPosition } = await this.ports.journal.commit(group.batch(logs));`,
  ),
  driver('effects of a commit that failed', `      return this.fail(group, error);`, `      this.fail(group, error);`),
  driver(
    'publishes before the commit',
    `    try {
      const { firstPosition } = await this.ports.journal.commit(group.batch(logs));`,
    `    this.publish(group, 1);
    try {
      const { firstPosition } = await this.ports.journal.commit(group.batch(logs));`,
  ),
  driver(
    'the clock goes back',
    `this.lastAt = Math.max(this.lastAt, this.clock.now());`,
    `this.lastAt = this.clock.now();`,
  ),
  driver(
    'the deadline of the execution is not armed at resume',
    `if (events[0]?.type === 'execution_resumed' || events[0]`,
    `if (events[0]`,
  ),
  driver(
    'running attempts are not armed again at resume',
    `    for (const { live, order } of group.rearms) this.ports.attempts.rearm(live, order);\n`,
    ``,
  ),
  driver(
    'a resume runs again what runs',
    `(begins(events, order) ? group?.runs : group?.rearms)?.push`,
    `group?.runs.push`,
  ),
  driver(
    'an attempt runs although its execution ended',
    `if (this.backlog.holds(live)) this.ports.attempts.run(live, order);`,
    `this.ports.attempts.run(live, order);`,
  ),
  driver('a stopped step keeps its slot', `if (live.slots.delete(order.step)) this.dispatcher.count(-1);`, ``),
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
    'slots that events take are not counted',
    `    this.dispatcher.count(live.countSlots(events));\n`,
    `    live.countSlots(events);\n`,
  ),
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
  driver('slots are not counted anew after a restart', `    this.dispatcher.count(live.recountSlots());\n`, ``),
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
  live(
    'timers of what waited before ring',
    `    this.wakeUps.get(step)?.cancel();
    const timer`,
    `    const timer`,
    {
      equivalent:
        'What rings without being due is stale: `elapse` and `begin` are refused, so that the ring is only wasted.',
    },
  ),
  attempts(
    'a result counts twice',
    `if (running?.attempt !== attempt) return; // stopped meanwhile`,
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
    `state.at === 'running' && live.attempts.get(address)?.attempt !== state.tries.attempt;`,
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
  families('a child is started twice', `    if (last) return awaited ? undefined : tell({ is: 'started' });\n`, ``),
  families(
    'a child that is driven is started again',
    `    if (this.driver?.find(execution)) return awaited ? undefined : tell({ is: 'started' });\n`,
    ``,
  ),
  families('the end of a child is not told after a restart', `    if (ended) return tell(ended);\n`, ``),
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
  dispatcher(
    'an execution takes all its turns at once',
    `    this.queues.delete(of);
    // Set`,
    `    if (queue.head >= queue.orders.length) this.queues.delete(of);
    // Set`,
  ),
  dispatcher('low priorities first', `.sort((a, b) => b - a)`, `.sort((a, b) => a - b)`),
  dispatcher(
    'one slot too many',
    `if (this.used >= this.slots) return undefined;`,
    `if (this.used > this.slots) return undefined;`,
  ),
  engine(
    'waiters are not told at shutdown',
    `for (const execution of [...this.waiting.keys()]) this.tell(execution, undefined);`,
    ``,
  ),
  engine(
    'two re-executions at once',
    `return this.reexecutions.once(execution, operation, async`,
    `return new Reexecutions({ ...this.options, isLive: () => false }).once(execution, operation, async`,
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

  // The tables and the chain.
  chain('links are not chained', '`${previous}\\n${seq}', '`${previous.length}\\n${seq}'),
  chain('the position is not part of the link', '\\n${position}\\n', '\\n0\\n'),
  chain(
    'all journals begin alike',
    'linkOf(`harmonia journal\\n${execution}`)',
    'linkOf(`harmonia journal\\n${execution.length}`)',
  ),
  writer('positions are used twice', `const position = this.nextPosition++;`, `const position = this.nextPosition;`),
  writer(
    'positions of a failed commit are left out',
    `this.nextPosition = this.positionAfterFailure(firstPosition);`,
    ``,
  ),
  writer(
    'deleted positions are used again',
    `max(position), 0) FROM journal), \${floor})\`) + 1`,
    `max(position), 0) FROM journal), 0)\`) + 1`,
  ),
  projection(
    'runs of reset steps are not superseded',
    `if (isAmong(step, reset)) this.supersede.run(id);`,
    `if (isAmong(step, reset)) void id;`,
  ),
  projection(
    'runs that are open at the end are not canceled',
    `if (event.type !== 'execution_completed') this.cancelRuns(rows, event.at);`,
    ``,
  ),
  projection(
    'runs in a construct that ended are not canceled',
    `if (rows.constructs.delete(event.step)) this.cancelBelow(rows, event.step, event.at);`,
    ``,
  ),
  projection(
    'what ends with a body is not canceled',
    `return this.cancelSteps(rows, event.canceled ?? [], event.at);`,
    `return;`,
  ),
  projection(
    'a lost attempt counts as a retry',
    `this.waitRun.run('pending', null, 0, 'attempt_lost'`,
    `this.waitRun.run('pending', null, 1, 'attempt_lost'`,
  ),
  projection(
    'a retry does not count',
    `this.waitRun.run('waiting', event.retry_at, 1,`,
    `this.waitRun.run('waiting', event.retry_at, 0,`,
  ),
  projection(
    'a reopened execution has ended',
    `updated_at = ?, ended_at = NULL, error_code`,
    `updated_at = ?, error_code`,
  ),
];
