import { mutantsOf } from './mutant.mjs';

const construct = mutantsOf({
  area: 'constructs',
  suites: 'core',
  file: 'src/engine/core/decide/construct.ts',
  likely: 'test/core/(constructs|construct-faults|rules)',
});
const bodies = mutantsOf({
  area: 'constructs',
  suites: 'core',
  file: 'src/engine/core/fold/bodies.ts',
  likely: 'test/core/(constructs|construct-faults)',
});
const variables = mutantsOf({
  area: 'constructs',
  suites: 'core',
  file: 'src/engine/core/fold/variables.ts',
  likely: 'test/core/(variables|waiting)',
});
const drafts = mutantsOf({
  area: 'constructs',
  suites: 'core',
  file: 'src/engine/core/decide/draft.ts',
  likely: 'test/core/variables',
});
const compensation = mutantsOf({
  area: 'compensation',
  suites: 'core',
  file: 'src/engine/core/fold/compensation.ts',
  likely: 'test/core/(undoing|constructs)',
});
const wait = mutantsOf({
  area: 'waits',
  suites: 'core',
  file: 'src/engine/core/decide/wait.ts',
  likely: 'test/core/(waiting|constructs|construct-faults)',
});

export const CONSTRUCTS = [
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
    `  if (result.is === 'failed') return result;
  return before.is`,
    `  return before.is`,
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
  variables('a variable goes to every scope around', `for (const [name] of own) delete left[name];`, ``),
  compensation(
    'the wrong order of undoing',
    `within.sort((a, b) => b.endSeq - a.endSeq)`,
    `within.sort((a, b) => a.endSeq - b.endSeq)`,
  ),
  compensation(
    'the next one is not undone',
    `compensation.next += 1;
    begin(state, compensation);`,
    `compensation.next += 1;`,
  ),
  compensation('the place of what is undone is forgotten', `    compensation.next += 1;\n`, ``),
  compensation('the winner of a race is undone', `&& step !== spare && !around`, `&& !around`),
  compensation('what was undone is undone again', `  state.undoable.splice(0, state.undoable.length, ...rest);\n`, ``),
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
    'a child may be as deep as it likes',
    `if ((state.parent?.depth ?? 0) >= MAX_DEPTH) {`,
    `if ((state.parent?.depth ?? 0) > MAX_DEPTH * 1e6) {`,
  ),
  wait(
    'children of all generations are one',
    `deriveUuid(state.execution, step.address, step.generation)`,
    `deriveUuid(state.execution, step.address, 1)`,
  ),
  construct(
    'a map may have as many items as it likes',
    `mapItems(value).length > MAX_ITEMS`,
    `mapItems(value).length > MAX_ITEMS * 1000`,
  ),
  construct(
    'an execution may have as many steps as it likes',
    `stepCount(draft.state) + count <= MAX_STEPS`,
    `stepCount(draft.state) + count <= MAX_STEPS * 1000`,
  ),
  construct('a loop does not look at while', `if (!more.value) return`, `if (more.value === null) return`),
  construct(
    'a loop counts from one',
    `const variables = { index, previous: result.output };`,
    `const variables = { index: index + 1, previous: result.output };`,
  ),
  construct(
    'a race of which all is skipped waits',
    `  completeStep(draft, step, { output: { winner: null, output: null } });\n`,
    ``,
  ),
  construct('what fail_fast cancels in a body is not told', `return { canceled: open };`, `return {};`),
  construct(
    'a body waits for its steps with fail_fast',
    `if (scope.open > 0 && !(draft.state.compiled.failFast && scope.failed.length > 0)) return;`,
    `if (scope.open > 0) return;`,
  ),
  bodies('catch does not see the failure', `error: errorOf(result) }`, `error: null }`),
  bodies('finally forgets what the step came to', `    bodies.result = result;\n`, ``),
  variables('what is set from outside is lost', `if (root.state) assign(root.state, undefined, values);`, ``),
  variables(
    'outer variables hide inner ones',
    `seen = { ...around.state.values, ...seen };`,
    `seen = { ...seen, ...around.state.values };`,
  ),
  variables(
    'what was set from outside goes with a reset',
    `by === undefined || isThere(by)`,
    `by !== undefined && isThere(by)`,
  ),
  variables('first values go with a reset', `Object.assign({}, state.initial, ...stays`, `Object.assign({}, ...stays`),
  drafts(
    'what a step assigns is not recorded',
    `  if (assigned) event.set = assigned.value.value as JsonObject;\n`,
    ``,
  ),
  drafts('a result that was kept is kept anew', `if (cache && !cached && attempt > 0) event`, `if (cache) event`),
  compensation(
    'what constructs inside were to undo is forgotten',
    `[...state.undoable, ...beingUndone(scope)].filter`,
    `[...state.undoable].filter`,
  ),
  compensation(
    'an undoing begins with its first attempt again',
    `  if (before?.generation === step.generation && before.state.at === 'canceled') step.state = before.state;\n`,
    ``,
  ),
  compensation('what is open goes on while it is undone', `    cancelScope(state, state.root);\n`, ``),
  compensation(
    'losers of a race go on while they are undone',
    `    cancelScope(state, bodies.is === 'try' ? bodies.scopes.try : bodies.scope);\n`,
    ``,
  ),
  compensation(
    'what the winner of a race holds is undone',
    ` && !around.some(({ owner }) => owner && owner === spare)`,
    ``,
  ),
  compensation('a try undoes what is outside of it', `around.includes(scope) && step`, `step`),
  compensation('a construct does not hear that all is undone', `    state.closing.add(scope);\n`, ``),
  wait(
    'the youngest event is taken first',
    `draft.state.inbox.find((event) =>`,
    `draft.state.inbox.findLast((event) =>`,
  ),
  wait(
    'who came last is served first',
    `for (const step of draft.state.listening) {`,
    `for (const step of [...draft.state.listening].reverse()) {`,
  ),
  wait(
    'a wait may be as long as it likes',
    `awaits: { is: 'time' }, within: Math.min(until, LONGEST_WAIT)`,
    `awaits: { is: 'time' }, within: until`,
  ),
  wait(
    'what somebody waits for may take as long as it likes',
    `arm(draft, step, { awaits, within: Math.min(length, LONGEST_WAIT) });`,
    `arm(draft, step, { awaits, within: length });`,
  ),
  wait(
    'waits begin in a scope that has failed',
    `if (work.is !== 'workflow' && [...scopesAround(step)].some(isDoomed)) {`,
    `if (work.is === null) {`,
  ),
  wait(
    'sub-workflows do not begin in a scope that has failed',
    `if (work.is !== 'workflow' && [...scopesAround`,
    `if ([...scopesAround`,
  ),
  wait('sub-workflows of a scope that has failed are canceled', ` && step.task.work.is !== 'workflow') {`, `) {`),
  wait('waits in constructs go on when the scope has failed', `if (inner.open > 0) cancelWaits(draft, inner);`, `{}`),
  wait(
    'a callback that came early is forgotten',
    `if (payload !== undefined) return completeStep`,
    `if (draft.at < 0) return completeStep`,
  ),
  wait(
    'a time may lack its zone',
    `typeof value === 'string' && ISO_TIME.test(value) ?`,
    `typeof value === 'string' ?`,
  ),
  wait(
    'an answer in time is a matter of luck',
    `work.is === 'approval' && work.onTimeout !== 'fail'`,
    `work.is === 'approval' && work.onTimeout === 'approve'`,
  ),
  wait(
    'a child that is not awaited is waited for',
    `    if (!work.wait) completeStep`,
    `    if (work.wait === null) completeStep`,
  ),
  wait(
    'the code of a failed child is lost',
    `code: typeof origin.code === 'string' ? origin.code : failure.code,`,
    `code: failure.code,`,
  ),
  wait(
    'a failure of a child is fatal',
    `kind: KINDS.find((kind) => kind === origin.kind) ?? 'fatal',`,
    `kind: 'fatal',`,
  ),
  construct(
    'a canceled item does not cancel its map',
    `conclude(draft, step, canceled ?? {`,
    `conclude(draft, step, {`,
  ),
];
