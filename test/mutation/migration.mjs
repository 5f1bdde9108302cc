import { mutantsOf } from './mutant.mjs';

const about = { area: 'migration', suites: 'core', likely: 'test/core/migrat' };
const decide = mutantsOf({ ...about, file: 'src/engine/core/decide/migrate.ts' });
const fold = mutantsOf({ ...about, file: 'src/engine/core/fold/migrate.ts' });
const classify = mutantsOf({ ...about, file: 'src/engine/core/migrate/classify.ts' });
const diff = mutantsOf({ ...about, file: 'src/engine/core/migrate/diff.ts' });
const form = mutantsOf({ ...about, file: 'src/engine/core/migrate/normal-form.ts' });
const replay = mutantsOf({ ...about, file: 'src/engine/core/fold/replay.ts' });

const migrations = mutantsOf({
  ...about,
  suites: 'engine',
  likely: 'test/(engine|e2e)/migration',
  file: 'src/engine/embedded/migrations.ts',
});

export const MIGRATION = [
  decide(
    'a migration from another definition',
    `workflow.id !== to.id || workflow.definition !== from`,
    `workflow.id !== to.id`,
  ),
  decide(
    'a migration to another workflow',
    `workflow.id !== to.id || workflow.definition !== from`,
    `workflow.definition !== from`,
  ),
  decide('the number of tasks stays', `total_tasks: total, reset`, `total_tasks: state.root.steps.length, reset`),
  decide('what is not affected is migrated', `if (found.is === 'unaffected') return`, `if (found.is === null) return`),

  fold('it has the workflow of before', `  state.workflow = event.to;\n`, ``),
  fold('it has the definition of before', `  state.compiled = compiled;\n`, ``),
  fold('its time begins anew', `state.timedFrom + timeout`, `event.at + timeout`),
  fold('its own timeout is forgotten', `state.options.timeout ?? compiled.timeout`, `compiled.timeout`),
  fold('what is reset is not decided anew', `[...fresh, ...added]) step.state`, `[...added]) step.state`),
  fold('what comes has heard of nobody', `[...fresh, ...added]) step.state`, `[...fresh]) step.state`),
  fold('what comes is not begun', `[...fresh, ...added]) resolve`, `[...fresh]) resolve`),
  fold('ready steps overtake each other', `    state.touched.delete(step);\n    state`, `    state`),
  fold('what is ready is not ordered again', `    state.touched.add(step);\n`, ``),
  fold(
    'what is open in a scope is not counted anew',
    `  if (added.length > 0 || before.size > 0) countOpen(state, scope);\n`,
    ``,
  ),
  fold('a scope without open steps waits', `  if (scope.owner && scope.open === 0) state.closing.add(scope);\n`, ``),
  fold(
    'steps that come to a construct are not found',
    `  if (scope.owner) state.nested.set(step.address, step);\n`,
    ``,
  ),
  fold('steps that go can be found', `  state.nested.delete(step.address);\n`, ``),
  fold('steps that go are ordered', `  state.touched.delete(step);\n};`, `};`),
  fold(
    'inner scopes keep their tasks',
    `added.push(...putInto(state, inner, bodyOf(step, bodies, inner)));`,
    `void inner;`,
  ),
  fold(
    'one that ends is migrated',
    `if (isTerminalRun(state.status) || state.ending) throw`,
    `if (isTerminalRun(state.status)) throw`,
  ),
  fold(
    'a journal of another definition is migrated',
    `if (event.from.definition !== state.workflow.definition) {`,
    `if (event.from.definition === '') {`,
  ),
  replay(
    'a journal that was migrated asks for one definition',
    `    else if (event.type === 'execution_migrated') found.set(event.to.definition, event.to.plugins);\n`,
    ``,
  ),

  classify(
    'one that is about to end may be migrated',
    `    else if (state.ending) this.obstacle('', 'it is about to end');\n`,
    ``,
  ),
  classify(
    'one that has failed may be migrated',
    `    else if (state.compiled.failFast && state.root.failed.length > 0) this.obstacle('', 'it has failed');\n`,
    ``,
  ),
  classify(
    'another timeout affects one that has its own',
    `this.isAffected ||= this.state.options.timeout === undefined;`,
    `this.isAffected = true;`,
  ),
  classify('fail_fast may come after a failure', `if (aspect === 'fail_fast' &&`, `if (aspect === null &&`),
  classify('its input need not fit', `if (problem) this`, `if (problem === null) this`),
  classify(
    'its input need not be complete',
    `else if (canonicalJson(schema.withDefaults(input)) !== canonicalJson(input)) {`,
    `else if (schema === null) {`,
  ),
  classify(
    'tasks come to what is over',
    `if (!isOpen) this.obstacle(address, 'it is new, and what it belongs to is over');`,
    `if (!isOpen) this.isAffected = true;`,
  ),
  classify(
    'tasks come to a race that runs',
    `      else if (isRace) this.obstacle(address, 'it is new in a race that runs');\n`,
    ``,
  ),
  classify(
    'the output of what is over may be another',
    `      else this.obstacle(scope.address, 'it is over, and its output is different');\n`,
    ``,
  ),
  classify(
    'variables of what has begun may be others',
    `    this.obstacle(scope.address, 'it has begun, and its variables are different');\n`,
    ``,
  ),
  classify(
    'a task that has begun may go',
    '      if (!isToCome) this.obstacle(step.address, `it ${wordOf(step)}, and is no more`);\n',
    ``,
  ),
  classify(
    'a step whose attempt was lost has not begun',
    `(state.at === 'ready' && state.tries === undefined)`,
    `state.at === 'ready'`,
  ),
  classify('a step that is ready has begun', ` || (state.at === 'ready' && state.tries === undefined);`, `;`),
  classify(
    'what was decided is not decided anew',
    `const isDecided = step.state.at !== 'pending' && what.length > 0;`,
    `const isDecided = false;`,
  ),
  classify(
    'what has begun may be another',
    `if (other.length > 0) this.obstacle`,
    `if (other.length > 99) this.obstacle`,
  ),
  classify('what has completed may assign otherwise', `'edges', 'set', 'compensate']);`, `'edges', 'compensate']);`),
  classify('what has completed may be undone otherwise', `'edges', 'set', 'compensate']);`, `'edges', 'set']);`),
  classify(
    'the condition of what it skipped may be another',
    `new Set<Aspect>(['condition', 'edges']);`,
    `new Set<Aspect>(['edges']);`,
  ),
  classify(
    'the edges of what was skipped may be others',
    `const SKIPPED: ReadonlySet<Aspect> = new Set<Aspect>(['edges']);`,
    `const SKIPPED: ReadonlySet<Aspect> = new Set<Aspect>([]);`,
  ),
  classify(
    'a map of which all items have begun is affected by others',
    `isOpen: isOpen && bodies.next < bodies.items.length });`,
    `isOpen });`,
  ),
  classify(
    'tasks come to iterations that are over',
    `isOpen: isOpen && index === bodies.scopes.length - 1 }),`,
    `isOpen }),`,
  ),
  classify(
    'tasks come to a try that is undone',
    `bodies.phase === phase && !(phase === 'try' && bodies.compensation);`,
    `bodies.phase === phase;`,
  ),
  classify(
    'a catch that can not begin any more matters',
    `isOpen: isOpen && !(phase === 'catch' && bodies.phase === 'finally') });`,
    `isOpen });`,
  ),
  classify(
    'bodies to come do not matter',
    `if (isOpen && isDifferent) this.isAffected = true;`,
    `if (isDifferent) void isOpen;`,
  ),
  classify(
    'what undoes a completed step is not to come',
    `(isLive || (isOpen && what.includes('compensate')))`,
    `isLive`,
  ),

  diff('tasks that go are not seen', `      else this.changes.push({ path: here, is: 'removed' });\n`, ``),
  diff('tasks that come are not seen', `this.changes.push({ path: pathBelow(path, id), is: 'added' });`, `void id;`),
  diff('the inside of constructs is not looked at', `      this.scope(below, scope, other);\n`, ``),
  diff(
    'what surrounds a change is the same',
    `for (let end = cut; end > 0; end = path.lastIndexOf('/', end - 1)) this.around.add(path.slice(0, end));`,
    ``,
  ),
  form('other leaves give the same output', `{ leaves: forms.keepsOrder ? ids : ids.sort() }`, `null`),
  form('leaves have an order', `forms.keepsOrder ? ids : ids.sort()`, `ids`),
  form('keys of templates have an order', `keepsOrder = false }: Reading`, `keepsOrder = true }: Reading`),
  form('keys of schemas have an order', `{ keepsOrder = false }: Pick`, `{ keepsOrder = true }: Pick`),
  form(
    'other settings of attempts mean nothing',
    `    settings: settingsForm({ ownRetry, timeout, onLost, priority, effects, heartbeat }),\n`,
    ``,
  ),
  classify(
    'a task of a race that runs may be another',
    `    if (step.scope.owner?.bodies?.is === 'race') this.obstacle(step.address, 'it is different in a race that runs');\n`,
    ``,
  ),
  classify(
    'other edges are not counted anew',
    `if (isDecided || what.includes('edges')) this.reset`,
    `if (isDecided) this.reset`,
  ),
  classify('what an operator skipped holds it up', `state.cause === 'operator' ? NONE : SKIPPED`, `SKIPPED`),
  classify('tasks come to items that are over', `isOpen: isOpen && !bodies.results[item] });`, `isOpen });`),
  diff('constructs of another kind are compared inside', `    if (!isSameKind) return;\n`, ``),
  form('a number is the same as its text', 'return `"${literal}`;', 'return literal;'),
  form('all whole numbers are the same', 'return `${literal}n`;', 'return NOTHING;'),
  form('all bytes are the same', `return { bytes: [...literal] };`, `return NOTHING;`),
  form('all unsigned numbers are the same', `{ unsigned: String(literal.value) }`, `NOTHING`),
  form('the order of edges means something', `scope.tasks[index]?.id ?? '').sort();`, `scope.tasks[index]?.id ?? '');`),
  form('another limit means nothing', `      limit: this.limit(limit),\n`, ``),
  form(
    'another key of a cache means nothing',
    `{ key: this.template(cache.key), ttl: cache.ttl }`,
    `{ ttl: cache.ttl }`,
  ),
  form('another policy means nothing', `    retry: settingsForm(retry),\n`, ``),
  form('another on_timeout means nothing', `, on_timeout: onTimeout };`, ` };`),
  form('other branches mean nothing', `            when: this.condition(branch.when),\n`, ``),
  form('other classes of failures mean nothing', `  classes: classes ? [...classes].sort() : NOTHING,\n`, ``),
  form('another tolerance means nothing', `tolerate: settingsForm(tolerate) };`, `};`),
  form('the name of a secret means nothing', `return { secret: template.name };`, `return { secret: true };`),

  migrations('executions of other workflows are meant', `workflow.id === pinned.id && (fromVersion`, `(fromVersion`),
  migrations(
    'executions of all versions are meant',
    `(fromVersion === undefined || workflow.version === fromVersion);`,
    `workflow.id !== '';`,
  ),
  migrations('one that is named twice goes twice', `[...new Set(executions)].map(`, `[...executions].map(`),
  migrations(
    'what has the version already is looked at',
    `isMeant(live) && live.state.workflow.definition !== pinned.definition)`,
    `isMeant(live))`,
  ),
  migrations(
    'strangers are left out of the report',
    `      mustFinish.push({ execution, obstacles: [STRANGER] });\n`,
    ``,
  ),
];
