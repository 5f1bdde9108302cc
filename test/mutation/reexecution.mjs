import { mutantsOf } from './mutant.mjs';

const reopen = mutantsOf({
  area: 're-execution',
  suites: 'core',
  file: 'src/engine/core/fold/reopen.ts',
  likely: 'test/core/(reopened-scopes|reexecution.test|undoing|waiting|variables)',
});
const reopening = mutantsOf({
  area: 're-execution',
  suites: 'core',
  file: 'src/engine/core/reexecute/reopening.ts',
  likely: 'test/core/(reopened-scopes|reexecution.test|undoing)',
});
const carrying = mutantsOf({
  area: 're-execution',
  suites: 'core',
  file: 'src/engine/core/reexecute/carrying.ts',
  likely: 'test/core/(carried|reexecution.test|variables)',
});
const reexecute = mutantsOf({
  area: 're-execution',
  suites: 'core',
  file: 'src/engine/core/reexecute/reexecute.ts',
  likely: 'test/core/(carried|reexecution.test)',
});

const reexecutions = mutantsOf({
  area: 're-execution',
  suites: 'engine',
  file: 'src/engine/embedded/reexecutions.ts',
  likely: 'test/e2e/(reexecution|migration|time-travel|executions)',
});

export const REEXECUTION = [
  reopen('scopes are not counted anew', `  for (const scope of scopes) recount(state, scope);\n`, ``),
  reopen(
    'items are not counted anew',
    `    if (step.state.at === 'inside' && step.bodies?.is === 'map') recountItems(state, step.bodies);
`,
    `    void step;
`,
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
  reopen(
    'what is reset has heard of nobody',
    `for (const source of endedOf(step, step.task.needs)) waits = countDependency(waits, source);`,
    ``,
  ),
  reopen(
    'what is reset was chosen by nobody',
    `for (const source of endedOf(step, step.task.gates)) waits = countGate(waits, source, isChosen(source, step));`,
    ``,
  ),
  reopen(
    'the deadline is not set anew',
    `  state.deadline = timeout === undefined ? undefined : event.at + timeout;\n`,
    ``,
  ),
  reopen(
    'later iterations stay',
    `bodies.scopes.splice((scope.key as number) + 1)`,
    `bodies.scopes.splice((scope.key as number) + 2)`,
  ),
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
    `this.retries && isUnhandled(step.state);`,
    `this.retries && step.state.at === 'failed';`,
  ),
  reopening(
    'resume resets what failed',
    `const isFailure = this.retries && isUnhandled(step.state);`,
    `const isFailure = isUnhandled(step.state);`,
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
  carrying('what was undone is carried over', `      mark(step, { reason: 'compensated' });\n`, ``),
  carrying('skips are carried over whatever they followed from', `(!isLost && this.isFollowing(step))`, `!isLost`),
  carrying(
    'events that nobody took are lost',
    `carried: [...events, ...set, ...inbox] };`,
    `carried: [...events, ...set] };`,
  ),
  carrying(
    'what was assigned from outside is lost',
    `carried: [...events, ...set, ...inbox] };`,
    `carried: [...events, ...inbox] };`,
  ),
  carrying(
    'what was assigned from outside comes back over a later step',
    `assignedOutside(state, (step) => this.stays(step))`,
    `assignedOutside(state, () => false)`,
  ),
  reopening('what ran beside a construct that was undone runs again', `({ state }) => isReadable(state)`, `() => true`),
  reopen('the time of a reopened execution counts from its first start', `  state.timedFrom = event.at;\n`, ``),
  reopen('a reopened execution is about to end', `  state.ending = undefined;\n`, ``),
  reopen('the notice of before is there', `  state.nested.delete(ON_FAILURE);\n`, ``),
  reopen('what an old address was called with counts', `  state.callbacks.delete(step.address); // it`, `  // it`),
  reopen(
    'what was undone stays undone',
    `  if ('compensation' in bodies && !isLater) bodies.compensation = undefined;
`,
    `  void isLater;
`,
  ),
  reopen('an item that goes on has its result', `    bodies.results[scope.key as number] = undefined;\n`, ``),
  reopen(
    'a construct that goes on has no deadline',
    `const deadline = timeout === undefined ? undefined : at + timeout;`,
    `const deadline = undefined;`,
  ),
  reopen('a construct that goes on handles nothing', `handles: heardOf(owner).handles };`, `handles: undefined };`),
  reopen(
    'what was skipped by hand is pending',
    `    step.state = { at: 'skipped', cause: 'operator', because: undefined };
`,
    ``,
  ),
  reexecute('a fork takes over what came later', `(seq <= at ? [event] : [])`, `[event]`),
  reexecute('what is carried over comes in the order of its begin', `    seen.delete(event.step);\n`, ``),
  reexecute(
    'what ran in another generation counts',
    `known?.generation === event.generation ? known : undefined`,
    `known`,
  ),
  carrying('what another version says is not looked at', `if (isOther || (otherInput`, `if ((otherInput`),
  carrying(
    'another switch chooses it',
    `canonicalJson(gatesOf(before)) === canonicalJson(gatesOf(after))`,
    `gatesOf(before).length >= 0`,
  ),
  carrying(
    'an item in which something is another is taken over',
    `result?.is === 'completed' && !this.isTouched(scope)`,
    `result?.is === 'completed'`,
  ),
  carrying(
    'an iteration in which something is another is taken over',
    `body + 1 < bodies.scopes.length && !this.isTouched(scope)`,
    `body + 1 < bodies.scopes.length`,
  ),
  carrying('what kept steps assigned is lost', `const set = assignedBy(step);`, `const set = undefined;`),
  carrying('what was undone before catch is undone again', `      this.undone(step, bodies);\n`, ``),
  carrying(
    'constructs around what was undone keep their dependants',
    `if (isReadable(around.state)) markDependants(around);\n`,
    `void around;\n`,
  ),
  reopening(
    'what was undone in a race runs alone',
    `const step = raceAround(undone) ?? undone;`,
    `const step = undone;`,
  ),
  reopening(
    'one of a race runs again alone',
    `this.resetWithDependants(race ?? step, {`,
    `this.resetWithDependants(step, {`,
  ),
  reopening(
    'what has completed is skipped',
    "      if (step.state.at === 'completed') return { is: 'conflict', reason: `${operation.step} has completed` };\n",
    ``,
  ),
  reopening(
    'what try had undone is not done again',
    `    if (scope === bodies.scopes.try) this.undo(bodies.compensation);
`,
    ``,
  ),
  reopening(
    'what goes on without a change goes on',
    `if (marking.reset.size === 0 && marking.skipped === undefined) {`,
    `if (marking.reset.size < 0) {`,
  ),
  reopen('catch stays when try runs again', `      delete scopes.catch;\n`, ``),
  reopening(
    'one of a race is skipped',
    "      if (race) return { is: 'conflict', reason: `${race.address} is a race: none of its tasks can be skipped` };\n",
    ``,
  ),
  reopening(
    'a race that is won goes on',
    `isWon ? [] : this.bodiesThatGoOn(step)`,
    `isWon ? this.bodiesThatGoOn(step) : this.bodiesThatGoOn(step)`,
  ),
  reopening(
    'a later body goes on',
    `scopes.indexOf(scope) < scopes.indexOf(before)`,
    `scopes.indexOf(scope) > scopes.indexOf(before)`,
  ),
  reopening(
    'what lies in a construct that runs again is skipped',
    "  if (around) return err({ is: 'conflict', reason: `${around.address} runs again as a whole: skip it after that` });\n",
    ``,
  ),
  reexecutions('a restore forgets that it was migrated', `pinnedAt(events, seq) ?? first.workflow`, `first.workflow`),
  reexecutions(
    'a restore forgets its checkpoint',
    `operation.is === 'restore' ? { checkpoint: operation.checkpoint } : {}`,
    `{}`,
  ),
  reexecutions(
    'a fork has the input of before',
    `    ...(input !== undefined && { input }),\n  };\n};\n\nconst conflict`,
    `  };\n};\n\nconst conflict`,
  ),
  reexecutions(
    'a plan is answered that would be refused',
    `  if (start && start.is === 'refused') throw`,
    `  if (start && start.is === null) throw`,
  ),
];
