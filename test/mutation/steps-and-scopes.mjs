import { mutantsOf } from './mutant.mjs';

const evolve = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/fold/evolve.ts',
  likely: 'test/core/(attempts|undoing|variables|starting)',
});
const join = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/fold/join.ts',
  likely: 'test/core/(joins|rules)',
});
const transition = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/fold/transition.ts',
  likely: 'test/core/(undoing|constructs|waiting|rules)',
});
const settle = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/decide/settle.ts',
  likely: 'test/core/(rules|starting|joins|undoing|variables)',
});
const handled = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/fold/handled.ts',
  likely: 'test/core/(rules|attempts)',
});
const plan = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/decide/plan.ts',
  likely: 'test/core/(attempts|waiting|variables)',
});
const outcome = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/decide/outcome.ts',
  likely: 'test/core/(rules|constructs)',
});
const notice = mutantsOf({
  area: 'steps and scopes',
  suites: 'core',
  file: 'src/engine/core/fold/notice.ts',
  likely: 'test/core/(undoing|rules|constructs)',
});

export const STEPS_AND_SCOPES = [
  evolve('results of before are forgotten', `[...state.tries.results, { key, result }]`, `[{ key, result }]`),
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
    `  heard.open -= 1;`,
    `  heard.open -= state.at === 'skipped' ? 0 : 1;`,
  ),
  join('control edges that spoke are not counted', `  heard.gatesOpen -= 1;`, `  heard.gatesOpen -= chosen ? 1 : 0;`),
  join('a failed dependency does not block', `    heard.blockedBy ??= address;`, `    heard.carried = true;`),
  join(
    'a step skipped upstream carries',
    `if (state.cause === 'condition' || state.cause === 'operator') heard.carried`,
    `heard.carried`,
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
  const tries =`,
    `  const tries =`,
  ),
  transition('waits of a doomed scope go on', `if (scope.open > 0 && isDoomed(scope)) state.doomed.add(scope);`, ``),
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
  handled(
    'handlers are taken whatever the class',
    `!classes || classes.has(kind) || classes.has(code)`,
    `classes !== null`,
  ),
  handled(
    'a continued failure is one',
    `if (remedy.is === 'continue') return 'continue';`,
    `if (remedy.is === 'continue') return undefined;`,
  ),
  plan('what stopped is told again and again', `of state.stopped.splice(0))`, `of state.stopped)`),
  plan(
    'orphans are forgotten',
    `  for (const execution of state.orphans.splice(0)) orders.push({ is: 'cancel-child', execution });\n`,
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
  // More of what a request may do.
  settle(
    'workflows share their results',
    `canonicalJson([state.workflow.id, step.task.id, `,
    `canonicalJson([step.task.id, `,
  ),
  settle(
    'tasks share their results',
    `canonicalJson([state.workflow.id, step.task.id, `,
    `canonicalJson([state.workflow.id, `,
  ),
  settle(
    'the phases of a try share their results',
    `typeof body === 'string' ? body : 0`,
    `typeof body === 'string' ? 0 : 0`,
  ),
  settle(
    'a notice is given of the notice',
    `return notice ? giveEnd(draft, as) : conclude(draft, as);`,
    `return conclude(draft, as);`,
  ),
  settle(
    'a cancel gives the notice of a failure',
    `: ending.is === 'failed' && onFailure`,
    `: ending.is !== 'completed' && onFailure`,
  ),
  settle(
    'a paused execution ends',
    `  if (state.status.is !== 'running') return;\n`,
    `  if (isTerminalRun(state.status)) return;\n`,
  ),
  outcome(
    'the output is not held against its schema',
    `compiled.scope.output ? (compiled.outputSchema?.check(output) ?? []) : []`,
    `[]`,
  ),
  outcome(
    'a failure names the construct and not the step',
    `failing ? originOf(state, firstFailed(state, failing)) : step.address`,
    `failing ? step.address : step.address`,
  ),
  outcome('the failure is that of the last step', `scope.failed[0] as string`, `scope.failed.at(-1) as string`),
  outcome(
    'a body of which a step was canceled has completed',
    `  if (scope.canceled > 0) return { is: 'canceled' };\n`,
    ``,
  ),
  notice('what is open goes on while the notice is given', `  cancelScope(state, state.root);\n`, ``),
  notice(
    'what was undone before the notice is forgotten',
    `compensation: state.ending?.compensation, notice: step`,
    `compensation: undefined, notice: step`,
  ),
  notice(
    'the notice goes on after the end',
    `  stopAttempt(state, step);\n  step.state = { at: 'canceled' };`,
    `  step.state = { at: 'canceled' };`,
  ),
  join('the error is that of the last failure', `heard.handles ??= address`, `heard.handles = address`),
  join(
    'a failed gate passes over',
    `state.handled === undefined) heard.failedGate`,
    `state.handled === null) heard.failedGate`,
  ),
  evolve(
    'a retry forgets its limit',
    `const about = { tries: counted, until: event.retry_at, ...kept(step), handles`,
    `const about = { tries: counted, until: event.retry_at, handles`,
  ),
  evolve(
    'a lost attempt forgets its limit',
    `{ at: 'ready', tries: triesOf(step), ...kept(step), handles`,
    `{ at: 'ready', tries: triesOf(step), handles`,
  ),
  evolve(
    'an attempt that runs forgets its limit',
    `startedAt, deadline, ...kept(step), handles`,
    `startedAt, deadline, handles`,
  ),
  evolve(
    'a retry forgets the failure that it handles',
    `...kept(step), handles: handles(step) };\n      return`,
    `...kept(step), handles: undefined };\n      return`,
  ),
  evolve(
    'what could not be undone holds up the rest',
    `if (step.undoes) endUndoing(state, step);`,
    `if (step.undoes && event.type === 'step_completed') endUndoing(state, step);`,
  ),
  evolve(
    'the time of the execution is not its own',
    `const timeout = event.options.timeout ?? compiled.timeout;`,
    `const timeout = compiled.timeout;`,
  ),
  transition(
    'what was not undone yet is forgotten',
    `  state.undoable.push(...left.flatMap(({ undoes }) => undoes ?? []));\n`,
    ``,
  ),
  transition(
    'attempts of what undoes are counted from one again',
    `const tries = step.undoes && 'tries' in step.state ? step.state.tries : undefined;`,
    `const tries = undefined;`,
  ),
  transition(
    'what a canceled construct was undoing goes on',
    `  if ('compensation' in bodies && bodies.compensation) cancelCompensation(state, bodies.compensation);\n`,
    ``,
  ),
  transition(
    'a construct does not end at its first failure with fail_fast',
    `if (scope.open === 0 || (state.compiled.failFast && isDoomed(scope))) state`,
    `if (scope.open === 0) state`,
  ),
  transition('a condition is not decided where it stands', `  when === undefined && work.is`, `  work.is`),
  transition('a step with a limit is ready without it', ` && limit === undefined && cache`, ` && cache`),
  transition('inner steps win a race', ` && scope.definition.leaves.includes(step.task)) {`, `) {`),
  plan(
    'groups do not bound what runs in them',
    "    limits.push({ key: `${state.execution}${owner?.address ?? ''}`, concurrency: work.concurrency });\n",
    ``,
  ),
  plan(
    'groups of all executions share their bound',
    "key: `${state.execution}${owner?.address ?? ''}`",
    "key: `${owner?.address ?? ''}`",
  ),
  plan(
    'workflows have no bound',
    `if (concurrency !== undefined) limits.push`,
    `if (concurrency === null) limits.push`,
  ),
  plan('workflows share their bound', 'key: `workflow ${state.workflow.id}`', 'key: `workflow`'),
  plan('a step has no limit of its own', `own ? [own] : []`, `own ? [] : []`),
  plan(
    'a retry is not waited for',
    `orders.push(readyOrder(run, step, state.until));`,
    `orders.push(readyOrder(run, step, undefined));`,
  ),
];
