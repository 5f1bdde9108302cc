import { mutantsOf } from './mutant.mjs';

const kept = 'test/engine/kept-events';
const lookBack = mutantsOf({
  area: 'kept events',
  suites: 'engine',
  file: 'src/engine/embedded/look-back.ts',
  likely: kept,
});
const engine = mutantsOf({
  area: 'kept events',
  suites: 'engine',
  file: 'src/engine/embedded/embedded-engine.ts',
  likely: kept,
});
const driver = mutantsOf({
  area: 'kept events',
  suites: 'engine',
  file: 'src/engine/embedded/run-driver.ts',
  likely: kept,
});
const group = mutantsOf({
  area: 'kept events',
  suites: 'engine',
  file: 'src/engine/embedded/group.ts',
  likely: kept,
});
const wait = mutantsOf({
  area: 'kept events',
  suites: 'core',
  file: 'src/engine/core/decide/wait.ts',
  likely: 'test/core/constructs',
});
const decide = mutantsOf({
  area: 'kept events',
  suites: 'core',
  file: 'src/engine/core/decide/decide.ts',
  likely: 'test/core/(constructs|variables)',
});
const checkpoint = mutantsOf({
  area: 'checkpoints',
  suites: 'core',
  file: 'src/engine/core/decide/checkpoint.ts',
  likely: 'test/core/checkpoints',
});
const evolve = mutantsOf({
  area: 'checkpoints',
  suites: 'core',
  file: 'src/engine/core/fold/evolve.ts',
  likely: 'test/core/checkpoints',
});
const store = mutantsOf({
  area: 'kept events',
  suites: 'tables',
  file: 'src/persistence/journal-store.ts',
  likely: 'test/contract/journal',
});
const housekeeping = mutantsOf({
  area: 'kept events',
  suites: 'tables',
  file: 'src/persistence/housekeeping.ts',
  likely: 'test/integration/retention',
});
const clock = mutantsOf({
  area: 'clock',
  suites: 'engine',
  file: 'src/engine/embedded/clock/steady-clock.ts',
  likely: 'test/engine/steady-clock',
});

export const EVENTS_AND_CHECKPOINTS = [
  lookBack(
    'the first page is all there is',
    `page = await journal.keptEvents({ ...query, after: page.at(-1)?.place ?? 0 });`,
    'return;',
  ),

  lookBack(
    'it looks back to the beginning of time',
    'workflow: live.state.workflow.id, since }',
    'workflow: live.state.workflow.id, since: 0 }',
  ),
  engine('nothing is kept', 'plan, keep, reply: { accept, refuse } }', 'plan, reply: { accept, refuse } }'),
  engine('what is for one workflow is kept for all', `...(workflow !== undefined && { workflow }) };`, '};'),
  engine(
    'what is for one workflow goes to all',
    '(workflow ?? state.workflow.id) === state.workflow.id',
    `state.workflow.id !== ''`,
  ),
  engine(
    'an event has another id than what is kept of it',
    'const keep = { id, name',
    'const keep = { id: this.options.newId(), name',
  ),
  driver(
    'an event is kept without its time',
    'group.events.push({ ...work.keep, at });',
    'group.events.push({ ...work.keep, at: 0 });',
  ),
  group(
    'what only is kept is not written',
    'return this.transitions.size === 0 && this.events.length === 0;',
    'return this.transitions.size === 0;',
  ),
  wait('it looks back from when it is armed', 'draft.state.startedAt - before', 'draft.at - before'),
  wait('an event counts again that the execution has', '!received.has(id) && fits(', 'fits('),
  wait('any kept event fits', '!received.has(id) && fits(draft, step, payload)', '!received.has(id)'),
  wait(
    'what was recollected may be taken again',
    'completeStep(draft, step, { output: payload, consumed: id });\n};\n\n/** An event that was given',
    'completeStep(draft, step, { output: payload });\n};\n\n/** An event that was given',
  ),
  decide(
    'a step of another generation looks back',
    `if (step?.generation !== generation || isTerminalRun(state.status) || step.state.at !== 'armed') return STALE;
  if (step.state.awaits.is !== 'event') return STALE;`,
    `if (!step || step.state.at !== 'armed') return STALE;`,
  ),
  decide('nobody hears of variables', '.filter(([each]) => isAwaited(each))', '.filter(() => false)'),
  decide(
    'variables that nobody declares are set',
    'const own = Object.entries(values).filter(([name]) => names.has(name));',
    'const own = Object.entries(values);',
  ),
  decide('a name that nobody knows is accepted', '!names.has(name) && !isAwaited(name)', 'false'),
  checkpoint('none before what writes', 'checkpoints?.before.has(task.effects)', 'checkpoints?.before.has("pure")'),
  checkpoint('one task too late', 'tasks >= everyTasks', 'tasks > everyTasks'),
  checkpoint('one at the end', ' || isTerminalRun(status)) return;', ') return;'),
  checkpoint('too early in time', 'draft.at - at >= every', 'draft.at - at >= every / 2'),
  checkpoint('all have one id', "deriveUuid(execution, 'checkpoint', seq)", "deriveUuid(execution, 'checkpoint')"),
  evolve(
    'a checkpoint that somebody asked for does not count',
    'state.sinceCheckpoint = { at: event.at, tasks: 0 };\n      return;',
    'return;',
  ),
  evolve(
    'constructs count as tasks',
    'if (event.attempt > 0) state.sinceCheckpoint.tasks += 1;',
    'state.sinceCheckpoint.tasks += 1;',
  ),
  store('kept events of any age', 'AND at >= ?', 'AND ? IS NOT NULL'),
  store('kept events of any workflow', '(workflow IS NULL OR workflow = ?)', '? IS NOT NULL'),

  housekeeping('kept events are kept for ever', 'forgetEvents.run(now - EVENTS_KEPT', 'forgetEvents.run(0'),
  clock('time goes back with the clock', 'Math.max(wall(), last + (since - lastElapsed))', 'wall()'),
  clock('time stands still until the clock has caught up', 'last + (since - lastElapsed)', 'last'),
];
