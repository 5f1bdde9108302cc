import { mutantsOf } from './mutant.mjs';
import { DEPENDENCE } from './optimizer-dependence.mjs';
import { MOVES } from './optimizer-moves.mjs';

const likely = 'test/optimizer/(checker|checker-words|checker-orders|dependence|delays|moved|reach).test';
const checker = (file) =>
  mutantsOf({ area: 'checker', suites: 'optimizer', file: `src/llm/optimizer/verify/${file}`, likely });
const check = checker('check.ts');
const confined = checker('confined.ts');
const correspondence = checker('correspondence.ts');
const failures = checker('failures.ts');
const gone = checker('gone.ts');
const joins = checker('joins.ts');
const outputs = checker('outputs.ts');
const schedules = checker('schedules.ts');
const writtenOrder = checker('written-order.ts');
const form = mutantsOf({
  ...{ area: 'checker', suites: 'optimizer', file: 'src/engine/core/migrate/normal-form.ts' },
  likely: 'test/optimizer/checker-words.test',
});
const CHECK = [
  check('the workflow may say something else', 'if (changedWorkflow)', 'if (false)'),
  check('the workflow may have another name', "if (base.name !== candidate.name) return 'name';", ''),
  check('tasks need no counterpart', 'if (unmatched) return err(unmatched);', ''),
  check('identical: failures are not looked at', "isExact ? 'all' : 'completing'", "'completing'"),
  check('success-equivalent: failures count', "isExact ? 'all' : 'completing'", "'all'"),
  check('words are not compared', 'checkWords(scope, question) ??', ''),
  check('identical: a task may be gone', 'isExact && scope.gone[0]', 'false'),
  check('whatever is gone may be', 'checkGone(scope, correspondence, facts) ??', ''),
  check('joins are not compared', 'checkJoins(scope, changed, worlds) ??', ''),
  check('outputs are not compared', 'checkOutput(scope, base, isExact)', 'undefined'),
  check('identical: an output that is spelled out is the same', 'base, isExact)', 'base, false)'),
  check(
    'identical: orders may differ',
    'isExact ? schedules.areIdentical() : schedules.areSafe()',
    'schedules.areSafe()',
  ),
  check(
    'success-equivalent: no order may differ',
    '? schedules.areIdentical() :',
    '? undefined : schedules.areIdentical() ??',
  ),
  check('orders are not compared', 'isExact ? schedules.areIdentical() : schedules.areSafe()', 'undefined'),
  check('nobody is told of failures', '...changesOnFailure(question, { correspondence, joins }), ', ''),
  check('nobody is told what failed late', ', ...schedules.changesOnFailure()', ''),
  check(
    'handlers of the workflow may differ',
    'question.base.document.on_error === question.candidate.document.on_error',
    'true',
  ),
  check('all tasks of one workflow say the same', 'base.source === candidate.source', 'true'),
  check(
    'a difference of words is passed over',
    "if (difference) return objection('task_changed', candidate.path, difference);",
    '',
  ),
  check(
    'another name of a task is passed over',
    "if (base.task.name !== candidate.task.name) return objection('task_changed', candidate.path, 'name');",
    '',
  ),
  check('identical: a cache may come', "claim.level === 'success-equivalent' && isRepeatable", 'isRepeatable'),
  check(
    'a cache with a key of its own may go',
    'isRepeatable(base.task, facts) && isRepeatable(candidate.task, facts)',
    'isRepeatable(candidate.task, facts)',
  ),
  check('a cache with a key of its own may come', ' && isRepeatable(candidate.task, facts)', ''),
  check('caches are not compared', 'if (!mayCache && ', 'if (false && '),
  check('what reads may be cached', "effectsOf(task, facts) !== 'pure'", 'false'),
  check('what is left to chance may be cached', ' || usesOf(task).chance', ''),
  check(
    'a cache finds results by any key',
    'cache === undefined || templateForm(cache.key, exactly()) === templateForm(work.input, exactly())',
    'true',
  ),
  check('delays are remembered', ' || paces(task)', ''),
  check('an edge that goes is always implied', "order.has(now, pair.candidate.index) ? 'implied'", "true ? 'implied'"),
  check('an edge that goes is never implied', "order.has(now, pair.candidate.index) ? 'implied'", "false ? 'implied'"),
  check('a certificate is of any base', 'base: hashOf(base)', 'base: hashOf(candidate)'),
  check('a certificate is of any candidate', 'candidate: hashOf(candidate)', 'candidate: hashOf(base)'),
  check('a certificate rests on any facts', 'facts: hashOfFacts(facts)', "facts: ''"),
  check(
    'confined: tasks need no counterpart',
    'correspondence.match() ?? checkConfined',
    '(correspondence.match(), undefined) ?? checkConfined',
  ),
  check('confined: anything may be different', ' ?? checkConfined(question, correspondence)', ''),
];

const CONFINED = [
  confined('a fix may have policies', "level === 'policy-change' ? policies[path] : []", 'policies[path]'),
  confined(
    'the workflow may say something else',
    'if (canonical(base, root) !== canonical(candidate, root))',
    'if (false)',
  ),
  confined('the timeout of the workflow may always differ', "allowed.has('timeout') ? '' : timeout", "''"),
  confined('the timeout of the workflow may never differ', "allowed.has('timeout') ? '' : timeout", 'timeout'),
  confined('the concurrency of the workflow may always differ', "allowed.has('concurrency') ? '' : concurrency", "''"),
  confined('the workflow may have another name', '[workflow.name, form, kept]', '[form, kept]'),
  confined('the rest of the workflow may differ', '[workflow.name, form, kept]', '[workflow.name, kept]'),
  confined('a task may be gone', "lost ? objection('lost_task', lost.path) : ", ''),
  confined('outputs are not compared', 'checkOutput(scope, workflow, false)', 'undefined'),
  confined(
    'an output that is spelled out is another one',
    'checkOutput(scope, workflow, false)',
    'checkOutput(scope, workflow, true)',
  ),
  confined('tasks are not compared', 'checkTask(pair, allowed(pair.candidate.path))', 'undefined'),
  confined('edges are not compared', "checkEdges(scope, level === 'fix')", 'undefined'),
  confined('a policy-change may add edges', "checkEdges(scope, level === 'fix')", 'checkEdges(scope, true)'),
  confined(
    'a fix may take edges away',
    "if (dropped.length > 0) return objection('edge_removed', pair.candidate.path);",
    '',
  ),
  confined(
    'effects that a task states may differ',
    'if (ownEffectsOf(base.task) !== ownEffectsOf(candidate.task))',
    'if (false)',
  ),
  confined('names of tasks may differ', 'base.task.name === candidate.task.name ? undefined :', 'true ? undefined :'),
  confined('timeouts may always differ', "allowed.has('timeout') && {", '{'),
  confined('retries may always differ', "allowed.has('retry_policy') && {", '{'),
  confined('priorities may always differ', "allowed.has('priority') && {", '{'),
  confined('caches may always differ', "allowed.has('cache') && {", '{'),
  confined('limits may always differ', "allowed.has('concurrency') && {", '{'),
  confined('retries may never differ', 'retry: undefined, ownRetry: false', ''),
  confined('whose limit it is counts', "work.is === 'group' || work.is === 'map' ? {", 'false ? {'),
  confined('joins may differ', 'if (!haveOneJoin(pair))', 'if (false)'),
];

const CORRESPONDENCE = [
  correspondence(
    'a task may become a construct',
    "if (!base) return objection('added_task', candidate.container?.path ?? candidate.path);",
    'if (!base) continue;',
  ),
  correspondence(
    'a task may stand for any other',
    "isBeside && isSeen && this.claim.level === 'success-equivalent' ? origin",
    'origin ? origin',
  ),
  correspondence('a task may go without a reason', "if (lost) return objection('lost_task', lost.path);", ''),
  correspondence(
    'inside, tasks of outside keep their names',
    'const renaming = new Map(around);',
    'const renaming = new Map();',
  ),
  correspondence('a duplicate may be one of a task elsewhere', 'kept !== `${base.path}/${idOf(kept)}` || ', ''),
  correspondence(
    'a duplicate may be one of nothing',
    "if (!renaming) return objection('duplicate_of_nothing', gone[0]?.path);",
    '',
  ),
  correspondence(
    'of duplicates of duplicates only the next counts',
    'reason = this.claim.gone[at]',
    'reason = undefined',
  ),
  correspondence('priorities count', '...task, priority: 0, cache: undefined', '...task, cache: undefined'),
  correspondence('caches count as words', 'priority: 0, cache: undefined', 'priority: 0'),
  correspondence('effects that a task states may differ', 'effects: ownEffectsOf(task)', "effects: ''"),
  correspondence(
    'the first word only is compared',
    '(Object.keys(one) as (keyof typeof one)[]).find',
    '(Object.keys(one) as (keyof typeof one)[]).slice(0, 1).find',
  ),
  correspondence(
    'the words of the policy are not compared',
    'one[aspect] !== other[aspect]',
    "aspect !== 'policy' && one[aspect] !== other[aspect]",
  ),
];

const FAILURES = [
  failures('a failure that is missing is not told', "if (claim.gone[path]?.is === 'dead')", 'if (false)'),
  failures('a duplicate counts as a failure that is missing', "if (claim.gone[path]?.is === 'dead')", 'if (true)'),
  failures('changes are told although there are none', "surelyJoinsAlike(predecessors, base, 'all') ?", 'false ?'),
  failures('changes are told only when there are some anyway', "base, 'all')", "base, 'completing')"),
  failures('a deadline of the workflow means nothing', 'if (timeout !== undefined) return true;', ''),
  failures('a deadline of a construct means nothing', 'if (at.task.timeout !== undefined) return true;', ''),
  failures('only the next construct may have a deadline', 'at; at = at.home.container)', 'at; at = undefined)'),
  failures('a deadline is always there', 'hasDeadline(base, scope) ?', 'true ?'),
  failures(
    'with a deadline, whoever waits by another way is told',
    '!overtakes?.order.has(now, pair.candidate.index)',
    'true',
  ),
  failures('what failed before the construct is told of it', '!areBefore.has(index)', 'true'),
  failures('who waits beside for a construct that is skipped is not told', ', ...runsBesides(scope)', ''),
  failures('who goes on is told, too', 'left.find(({ base }) => !alwaysGoesOn(base.task))', 'left[0]'),
  failures('who waits for the construct only is told, too', 'task.needs.length > 1', 'true'),
  failures('an edge more changes nothing', '?? added[0]', ''),
  failures('what follows is not told', 'for (const next of [...feeds, ...opens])', 'for (const next of opens)'),
  failures('what is chosen then is not told', 'for (const next of [...feeds, ...opens])', 'for (const next of feeds)'),
];

const GONE = [
  gone('anything may be gone', 'notPure(gone, correspondence, facts) ??', ''),
  gone(
    'who takes part in a race may be gone',
    "if (gone.home.container?.task.work.is === 'race') return objection('race_changed', gone.path);",
    '',
  ),
  gone('what a task holds may do anything', 'index < gone.end', 'index <= gone.index'),
  gone('what has effects may be gone', "touch.effects === 'pure' && ", ''),
  gone('what sets variables may be gone', "touch.state !== 'sets' && ", ''),
  gone('a pause may be gone', ' && !touch.isBarrier', ''),
  gone('every duplicate is one', '? noDuplicate(gone, scope) :', '? undefined :'),
  gone('what others wait for may be gone', '[...task.feeds, ...task.opens]', '[...task.opens]'),
  gone('who chooses may be gone', '[...task.feeds, ...task.opens]', '[...task.feeds]'),
  gone('what is gone is waited for', '!areGone.has(index)', 'true'),
  gone('a failure may be missing although it is caught', '!isFatalScope(home) && !alwaysGoesOn(task)', 'false'),
  gone(
    'whether a failure counts at all is not looked at',
    '!isFatalScope(home) && !alwaysGoesOn(task)',
    '!isFatalScope(home)',
  ),
  gone('the original may be gone, too', '!candidate.scope.byId.has(kept.task.id)', 'false'),
  gone('a construct may be a duplicate', "gone.task.work.is !== 'task' || ", ''),
  gone('chance is the same each time', 'usesOf(gone.task).chance || ', ''),
  gone('variables are the same each time', ' || usesOf(gone.task).state', ''),
  gone(
    'duplicates may say something else',
    "if (difference) return objection('not_a_duplicate', gone.path, difference);",
    '',
  ),
  gone('duplicates may wait for others', 'if (edges(gone.task) !== edges(kept.task))', 'if (false)'),
  gone('edges to duplicates are others', 'return renaming.get(id) ?? id;', 'return id;'),
  gone('the original may be chosen', 'ids(task.gates).sort(), ', ''),
  gone('the original may wait for some only', 'ids(task.gates).sort(), task.join]', 'ids(task.gates).sort()]'),
  gone('a duplicate may be counted', 'return counted || ', 'return '),
  gone('a duplicate may have a handler of its failure', 'gone.task.opens.length > 0 || ', ''),
  gone('a duplicate may wait for some only', " || gone.task.join.is === 'count'\n", '\n'),
];

const JOINS = [
  joins(
    'edges that go do not count',
    'const dropped = [...before].filter((index) => !after.has(index));',
    'const dropped = [];',
  ),
  joins(
    'edges that come do not count',
    'const added = [...after].filter((index) => !before.has(index));',
    'const added = [];',
  ),
  joins('edges to duplicates are others', 'indexOf(renaming.get(id) ?? id)', 'indexOf(id)'),
  joins('how many are waited for may differ', 'if (!haveOneJoin(pair))', 'if (false)'),
  joins('of a join of some the predecessors may differ', "task.join.is === 'count' || ", ''),
  joins('what decides whether a task runs may differ', '|| !joinsAlike(predecessors, scope.base, worlds)', ''),
];

const OUTPUTS = [
  outputs('first values of variables may differ', 'if (before.state !== after.state)', 'if (false)'),
  outputs('any output is spelled out', 'after.output === spelledOut(base, renaming, workflow)', 'true'),
  outputs('no output is spelled out', 'after.output === spelledOut(base, renaming, workflow)', 'false'),
  outputs('identical: an output may be spelled out', 'if (!isExact && ', 'if ('),
  outputs('a mapping is as good as none', 'if (output)', 'if (false)'),
  outputs(
    'a schema counts though there was no mapping',
    'if (!home.container && workflow.outputSchema) return undefined;',
    '',
  ),
  outputs('inside, the schema of the workflow counts', '!home.container && workflow', 'workflow'),
  outputs('leaves may be skipped', 'ends[leaf.index] === CARRIES && ', ''),
  outputs('leaves may have no output', ' && alwaysHasOutput(leaf)', ''),
  outputs('a leaf with a condition always has an output', 'when === undefined && ', ''),
  outputs(
    'a leaf whose failure is passed over has an output',
    "when === undefined && onError.every(({ remedy }) => remedy.is !== 'continue')",
    'when === undefined',
  ),
];

const SCHEDULES = [
  schedules('identical: an order may come', '[...this.lost(), ...this.gained()]', '[...this.lost()]'),
  schedules('identical: an order may go', '[...this.lost(), ...this.gained()]', '[...this.gained()]'),
  schedules('an order may come between effects', 'if (this.conflicts.interfere(first, second))', 'if (false)'),
  schedules('nobody can tell of a delay', 'if (this.delays.isSeen(late)) return', 'if (false) return'),
  schedules('what failed at once before is not told of', 'return this.delayed().flatMap(', 'return [].flatMap('),
  schedules('of siblings in a row all are told', '![...units].some((other) => isAfter(unit, other))', 'true'),
  schedules('what is in another scope comes after, too', 'home === unit.home && ', ''),
  schedules('what waited for a duplicate is late', 'if (gone && kept) order.addRow(kept.index, gone.index);', ''),
  schedules('orders that held in some executions may go', 'addAskedOrders(joins, this.before);', ''),
  schedules(
    'whatever orders go',
    'if (refused) return refused;\n    }\n    return undefined;\n  }\n\n  private get base',
    '}\n    return undefined;\n  }\n\n  private get base',
  ),
  schedules('the order to what is gone counts', 'if (candidateOf.has(later)) yield', 'if (true) yield'),
  schedules(
    'the order of effects may go',
    "if (conflicts.needOrder(first, second)) return refuse('order_of_effects');",
    '',
  ),
  schedules('orders in a race may go', "if (this.areInOneRace(first, second)) return refuse('race_changed');", ''),
  schedules(
    'only the next container is a race',
    "at; at = at.home.container)\n      if (at.task.work.is === 'race'",
    "at; at = undefined)\n      if (at.task.work.is === 'race'",
  ),
  schedules('a race counts for who is outside', "=== 'race' && second > at.index && second < at.end", "=== 'race'"),
  schedules(
    'who waits for some only sees nothing',
    "if (meetings.areWatched(first, second)) return refuse('order_is_seen');",
    '',
  ),
  schedules(
    'who waits for some sees only those',
    'return this.reach.leads',
    'return undefined; return this.reach.leads',
  ),
  schedules(
    'pure tasks are seen by a third one',
    'if (meetings.isInert(first) || meetings.isInert(second)) return undefined;',
    '',
  ),
];

const WRITTEN_ORDER = [
  correspondence('the order of keys is not looked at', 'keepsOrder: true', 'keepsOrder: false'),
  form('leaves may come in any order', 'forms.keepsOrder ? ids : ids.sort()', 'ids.sort()'),
  form(
    'keys of a template may come in any order',
    'this.keepsOrder ? entries.map((entry) => [...entry]) : Object.fromEntries(entries)',
    'Object.fromEntries(entries)',
  ),
  form(
    'keys of a constant may come in any order',
    'this.keepsOrder ? JSON.stringify(template.value) : template.value',
    'template.value',
  ),
  check(
    'properties of a schema may come in any order',
    '[workflowForm(base, exactly()), workflowForm(candidate, exactly())]',
    '[workflowForm(base), workflowForm(candidate)]',
  ),
  confined(
    'beside a policy, keys may come in any order',
    'taskForm(without(base.task, allowed), base.home.scope, exactly());\n' +
      '  const after = taskForm(without(candidate.task, allowed), candidate.home.scope, exactly());',
    'taskForm(without(base.task, allowed), base.home.scope);\n' +
      '  const after = taskForm(without(candidate.task, allowed), candidate.home.scope);',
  ),
  check('the written order is not compared', 'checkWrittenOrder(scope) ??', ''),
  writtenOrder('only the first two are compared', 'last = pair;', 'last ??= pair;'),
  writtenOrder('what takes its time counts', 'if (!mayTakeNoTime(pair.base)) continue;', ''),
  writtenOrder(
    'constructs take their time',
    "task.work.is !== 'task' || task.when !== undefined",
    'task.when !== undefined',
  ),
  writtenOrder('conditions take their time', ' || task.when !== undefined', ''),
];

/** None of these may be accepted: of what the checker proves each is a condition. */
export const OPTIMIZER = [
  ...[CHECK, CONFINED, CORRESPONDENCE, FAILURES, GONE, JOINS, OUTPUTS, SCHEDULES, WRITTEN_ORDER],
  ...[DEPENDENCE, MOVES],
].flat();
