import { mutantsOf } from './mutant.mjs';

const decide = mutantsOf({
  area: 'requests',
  suites: 'core',
  file: 'src/engine/core/decide/decide.ts',
  likely: 'test/core/(stale-requests|starting|attempts|waiting|variables)',
});
const attempt = mutantsOf({
  area: 'requests',
  suites: 'core',
  file: 'src/engine/core/decide/attempt.ts',
  likely: 'test/core/(stale-requests|starting|attempts|recorded-results)',
});
const callback = mutantsOf({
  area: 'requests',
  suites: 'core',
  file: 'src/engine/core/fold/callback.ts',
  likely: 'test/core/(stale-requests|reopened-scopes)',
});
const start = mutantsOf({
  area: 'requests',
  suites: 'core',
  file: 'src/engine/core/decide/start.ts',
  likely: 'test/core/starting',
});

export const REQUESTS = [
  attempt('the last result of a key counts', `  if (known.some((one) => one.key === key)) return;\n`, ``),
  attempt(
    'a step begins whatever its generation',
    `if (!step || step.generation !== request.generation || state.status.is !== 'running') return STALE;
  if (!mayBegin`,
    `if (!step || state.status.is !== 'running') return STALE;
  if (!mayBegin`,
  ),
  attempt(
    'a step begins while paused',
    `if (!step || step.generation !== request.generation || state.status.is !== 'running') return STALE;
  if (!mayBegin`,
    `if (!step || step.generation !== request.generation) return STALE;
  if (!mayBegin`,
  ),
  attempt('a step begins in whatever state', `if (!mayBegin(step.state, at) || step`, `if (step`),
  attempt('the pause before a retry is not waited for', `state.until <= at);`, `true);`),
  attempt('a result counts whatever its attempt', ` && step.state.tries.attempt === attempt ? step`, ` ? step`),
  attempt('a result counts whatever its generation', `if (step?.generation !== generation)`, `if (!step)`),
  attempt(
    'an attempt expires before its deadline',
    `step.state.deadline > draft.at) return STALE;
  failAttempt`,
    `false) return STALE;
  failAttempt`,
  ),
  attempt(
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
    `if (step?.generation !== request.generation || step.state.at !== 'armed'`,
    `if (step?.state.at !== 'armed'`,
  ),
  decide(
    'a cached result counts whatever the generation',
    `if (step?.generation !== generation || state`,
    `if (!step || state`,
  ),
  attempt('on_lost is not looked at', `if (step.task.onLost === 'retry') give`, `if (step.task.onLost) give`),
  attempt(
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
  decide(
    'a result that was looked for before a migration counts',
    `  if (step.state.ready?.cacheKey !== cacheKey) return STALE; // asked for before a migration\n`,
    ``,
  ),
  decide(
    'a kept result is taken while paused',
    `if (step?.generation !== generation || state.status.is !== 'running' || step`,
    `if (step?.generation !== generation || step`,
  ),
  decide(
    'variables are set after the end',
    `  if (isTerminalRun(state.status)) return conflict(\`The execution is already \${state.status.is}\`);
  const { scope, eventNames }`,
    `  const { scope, eventNames }`,
  ),
  decide(
    'an event is taken after the end',
    '  if (isTerminalRun(state.status)) return conflict(`The execution is already ${state.status.is}`);\n  if (state.received',
    `  if (state.received`,
  ),
  decide(
    'a checkpoint is taken after the end',
    '  if (isTerminalRun(draft.state.status)) return conflict(`The execution is already ${draft.state.status.is}`);\n',
    ``,
  ),
  decide(
    'a callback counts when its step has ended',
    `|| isTerminalStep(step.state)) return STALE;
  if (step.state.at === 'armed') completeStep`,
    `) return STALE;
  if (step.state.at === 'armed') completeStep`,
  ),
  decide('the execution expires while it ends', `  if (state.ending) return STALE;\n`, ``),
  decide(
    'the execution expires while paused',
    `if (state.status.is !== 'running' || state.deadline === undefined ||`,
    `if (state.deadline === undefined ||`,
  ),
  decide(
    'a wait is over while paused',
    `step.generation !== generation || state.status.is !== 'running') return STALE;
  if (step.state.at === 'armed') {`,
    `step.generation !== generation) return STALE;
  if (step.state.at === 'armed') {`,
  ),
  decide(
    'the ring of another generation is heard',
    `step.generation !== generation || state.status.is !== 'running') return STALE;
  if (step.state.at === 'armed') {`,
    `state.status.is !== 'running') return STALE;
  if (step.state.at === 'armed') {`,
  ),
  decide(
    'a construct expires before its deadline',
    `step.state.deadline === undefined || step.state.deadline > at) return STALE;
  failStep`,
    `step.state.deadline === undefined) return STALE;
  failStep`,
  ),
  attempt('retries begin after max_elapsed', `deadline !== undefined && deadline <= at) {`, `deadline === null) {`),
  decide(
    'what ends is paused again',
    `if (draft.state.status.is !== 'running') return conflict`,
    `if (isTerminalRun(draft.state.status)) return conflict`,
  ),
  decide(
    'what runs is resumed',
    `if (draft.state.status.is !== 'paused') return conflict`,
    `if (isTerminalRun(draft.state.status)) return conflict`,
  ),
  attempt('the policy of the execution goes before that of the task', `if (step.task.ownRetry || state`, `if (state`),
  attempt(
    'the policy of the execution is not looked at',
    `|| state.options.retry_policy === undefined) return`,
    `|| state.options) return`,
  ),
  attempt(
    'delays of retries are the same for all',
    'const seed = `${draft.state.execution}${step.address}@',
    'const seed = `${step.task.id}@',
  ),
  callback(
    'whoever knows the execution knows its tokens',
    `[state.seed, state.execution, address, generation]`,
    `[state.execution, address, generation]`,
  ),
  start(
    'constructs that are carried over have the time that was left',
    `return { ...event, at, ...(timeout !== undefined && { deadline: at + timeout }) };`,
    `return { ...event, at };`,
  ),
  start(
    'the input is not held against its schema',
    `return problems.length === 0 ? ok(complete)`,
    `return problems.length >= 0 ? ok(complete)`,
  ),
  start('defaults of the input are left out', `? ok(complete) : err`, `? ok(input) : err`),
  start('metadata may be anything', `    ...notJson(request.metadata, '/metadata'),\n`, ``),
  start('an input may be as deep as it likes', `> DEEPEST) return`, `> 2 * DEEPEST) return`),
  start('a workflow without tasks starts', `    ...emptyWorkflow(compiled),\n`, ``),

  // More of what follows from it.
];
