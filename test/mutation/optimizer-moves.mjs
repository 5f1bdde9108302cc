import { mutantsOf } from './mutant.mjs';

const likely = 'test/optimizer/(moved|delays).test';
const of = (file, area = 'checker') =>
  mutantsOf({ area, suites: 'optimizer', file: `src/llm/optimizer/${file}`, likely });

const check = of('verify/check.ts');
const correspondence = of('verify/correspondence.ts');
const moved = of('verify/moved.ts');
const delays = of('verify/delays.ts');
const asked = of('verify/asked-orders.ts');
const meetings = of('dependence/meetings.ts', 'dependence');
const expressions = of('ir/expressions.ts', 'facts and expressions');

const STANDS = [
  check('what moved is not looked at', 'checkMoved(scope, facts) ??', ''),
  correspondence('what moved may come from anywhere', 'origin?.home.container?.home === base && ', ''),
  correspondence('what moved may have another id', ' && origin.task.id === task.id', ''),
  correspondence('what held it may be gone', 'isBeside && isSeen &&', 'isBeside &&'),
  correspondence('tasks move at any level', " && this.claim.level === 'success-equivalent' ? origin", ' ? origin'),
];

const MOVED = [
  moved(
    'the construct may be anything',
    "if (!REPEATING.has(work.is)) return objection('moved_task', left[0]?.candidate.path);",
    '',
  ),
  moved('the construct may be timed', "if (timeout !== undefined) return objection('delay_is_seen', base.path);", ''),
  moved('the construct may begin early', "if (at.task.join.is === 'count')", 'if (false)'),
  moved('only the next construct counts', 'at; at = at.home.container)', 'at; at = undefined)'),
  moved('the construct may wait for anything', 'return areSame(needsOf(candidate), expected) ?', 'return true ?'),
  moved(
    'the construct need not wait for it',
    'return areSame(needsOf(candidate), expected) ?',
    'return areSame([...needsOf(candidate), ...left.map(({ base: { task } }) => task.id)], expected) ?',
  ),
  moved('more is as good as the same', 'one.size === other.size && ', ''),
  moved('effects may move', "touch.effects !== 'pure' || ", ''),
  moved('variables may be read before', "touch.state !== 'none' || ", ''),
  moved('pauses may move', ' || touch.isBarrier', ''),
  moved('chance may move', "if (usesOf(task).chance) return outside(pair, 'chance');", ''),
  moved('limits may move', 'if (task.limit || task.cache)', 'if (task.cache)'),
  moved('caches may move', 'if (task.limit || task.cache)', 'if (task.limit)'),
  moved('the item may be read outside', 'if (read !== undefined) return outside(pair, read);', ''),
  moved('the name of the item may be read outside', "return [work.as, 'index'];", "return ['index'];"),
  moved('what was before may be read outside', "return ['index', 'previous'];", "return ['index'];"),
  moved(
    'it may have waited for what stays',
    "if (stays || task.join.is === 'count') return outside(pair, 'what stays');",
    '',
  ),
  moved('it may have waited for some only', "stays || task.join.is === 'count'", 'stays'),
  moved('a failure may have been caught', 'return isFatalScope(body) || alwaysGoesOn(task) ?', 'return true ?'),
  moved(
    'who goes on may not move out of what catches',
    'isFatalScope(body) || alwaysGoesOn(task) ?',
    'isFatalScope(body) ?',
  ),
  moved('it may wait for anything', '!areSame(needsOf(candidate), expected) || ', ''),
  moved(
    'it may wait for some only',
    " || task.join.is === 'count')\n    return objection('join_changed', candidate.path);",
    ")\n    return objection('join_changed', candidate.path);",
  ),
  moved('others may wait for it', 'return follows ? undefined :', 'return true ? undefined :'),
  moved('it may say anything', "if (difference) return objection('task_changed', candidate.path, difference);", ''),
  moved(
    'it may have another name',
    "if (base.task.name !== candidate.task.name) return objection('task_changed', candidate.path, 'name');",
    '',
  ),
  moved('it may get a cache', 'if (candidate.task.limit || candidate.task.cache)', 'if (false)'),
  moved(
    'it may run where the body does not',
    "return runsOnlyIf ? undefined : objection('may_not_run', candidate.path);",
    'return undefined;',
  ),
  moved('who goes on must ask', ' || alwaysGoesOn(base.task);', ';'),
  moved('who asks may not', 'const runsOnlyIf = isGuarded || ', 'const runsOnlyIf = '),
  moved('who asked something else asks the same', 'base.task.when === undefined && after', 'after'),
  moved('who is chosen always runs', 'if (gates.length > 0) return undefined;', ''),
  moved('the condition of the construct is not asked', '...(when ? [sourceOf(when)] : []), ', ''),
  moved('a condition may be left to chance', 'if (uses.chance || uses.state) return undefined;', ''),
  moved('a loop that is tested before runs', "work.test.is === 'until' ? '' : undefined", "''"),
  moved('a list without items has some', "(size > 0 ? '' : undefined)", "''"),
  moved(
    'what takes working out may be asked twice',
    "over.is === 'expression' && over.expression.path ?",
    "over.is === 'expression' ?",
  ),
];

const DELAYS = [
  delays('only the second is late', 'while (!homes.has(unit.home)) unit', 'while (false) unit'),
  delays('the first failure may come late', 'if (failFast || timeout', 'if (timeout'),
  delays('the time of the workflow is open', 'failFast || timeout !== undefined', 'failFast'),
  delays('in a race one may be late', "task.work.is === 'race' || task.timeout", 'task.timeout'),
  delays(
    'the time of a construct is open',
    "task.work.is === 'race' || task.timeout !== undefined",
    "task.work.is === 'race'",
  ),
  delays('nobody looks', 'this.someoneLooks(unit) || ', ''),
  delays('what is caught may be late', ' || (!isFatalScope(unit.home) && this.mayRunAnyway(unit).length > 0)', ''),
  delays(
    'nothing that is caught may be late',
    '!isFatalScope(unit.home) && this.mayRunAnyway(unit).length > 0',
    '!isFatalScope(unit.home)',
  ),
  delays('it cancels its own waits, too', ' => index < unit.index || index >= unit.end', ' => index >= 0'),
  delays('it cancels no waits', 'return [...waits, ...[...around', 'return [...[...around'),
  delays(
    'it cancels what is in groups, too',
    "filter(({ task }) => task.work.is === 'map')",
    "filter(({ task }) => task.work.is !== 'race')",
  ),
  delays('it cancels no items', "filter(({ task }) => task.work.is === 'map')", 'filter(() => false)'),
  delays('a sub-workflow is no wait', ", 'workflow']", ']'),
  delays('what follows is not late', '[...task.feeds, ...task.opens]) late', '[...task.opens]) late'),
  delays('what is chosen is not late', '[...task.feeds, ...task.opens]) late', '[...task.feeds]) late'),
  delays('what holds it is not late', 'if (home.container) ending.add(home.container);', ''),
  delays('what follows what holds it is not late', '        follow(container);\n', ''),
  delays(
    'mappings are not late',
    'isRepeated ? this.someLookWithin(container) : this.looks(container)',
    'isRepeated && this.someLookWithin(container)',
  ),
  delays(
    'the next item is not late',
    'isRepeated ? this.someLookWithin(container) : this.looks(container)',
    'this.looks(container)',
  ),
  delays('what is beside it is late', "['map', 'loop'].includes(container.task.work.is)", 'container !== undefined'),
  delays(
    'what it holds is not late',
    'this.places.tasks.slice(index, end)',
    'this.places.tasks.slice(index, index + 1)',
  ),
  delays('variables may be looked at late', "state !== 'none' || ", ''),
  delays('events may be taken late', 'takesEvents || ', ''),
  delays('who waits for some may wait longer', ' || (join.is', ' || false && (join.is'),
  delays('who waits for all that completed is not late', ' && join.needed < needs.length', ''),
];

const ASKED = [
  asked(
    'only what follows at once was asked for',
    'for (const next of nextOf(tasks[at] as CompiledTask)) after.addRow(at, next);',
    '',
  ),
  asked(
    'only what was before at once was asked for',
    'for (const next of nextOf(tasks[at] as CompiledTask)) asked.addRow(at, next);',
    '',
  ),
  asked(
    'what a construct holds was not asked for',
    'orders.addRange(inner, later.index, later.end)',
    'orders.addRange(inner, later.index, later.index + 1)',
  ),
];

const MEETINGS = [
  meetings('who is watched is inert', 'this.areWatched(index, index) || ', ''),
  meetings('who prompts is inert', ' || this.prompting?.has(index, index) === true', ''),
  meetings(
    'waits see nothing of what is beside them',
    'this.conflicts.needOrder(one, other) ||',
    'this.conflicts.interfere(one, other) ||',
  ),
  meetings('a watcher tells nothing of two', ' || this.areWatched(one, other);', ';'),
  meetings(
    'who waits for all of its predecessors is a watcher',
    "join.is !== 'count' || join.needed === needs.length",
    "join.is !== 'count'",
  ),
  meetings('who chooses is not before', '[...needs, ...gates]', '[...needs]'),
  meetings(
    'watchers see only what they wait for itself',
    '[...ancestorsOf(scope.tasks, [...needs, ...gates])]',
    '[...needs, ...gates]',
  ),
  meetings(
    'watchers do not see into constructs',
    'all.addRange(0, index, end)',
    'all.addRange(0, index, Math.min(end, index + 1))',
  ),
  meetings('whatever runs prompts', 'if (!order.has(index, looker.index)) continue;', ''),
];

const LOOKS = [
  expressions(
    'conditions are asked some time',
    '? [...inCondition(task.when), ...inTemplate(task.limit',
    '? [...inTemplate(task.limit',
  ),
  expressions(
    'limits are asked some time',
    '...inTemplate(task.limit?.key), ...inTemplate(task.cache',
    '...inTemplate(task.cache',
  ),
  expressions('keys are asked some time', ', ...inTemplate(task.cache?.key)]\n      : ', ']\n      : '),
  expressions('constructs look some time', ': expressionsOf(task);\n  const isAssigning', ': [];\n  const isAssigning'),
  expressions('constructs set some time', 'return isAssigning || ', 'return '),
  expressions('attempts set at once', "const isAssigning = task.work.is !== 'task' && ", 'const isAssigning = '),
];

/** Tasks that move, and orders that come and go. */
export const MOVES = [...STANDS, ...MOVED, ...DELAYS, ...ASKED, ...MEETINGS, ...LOOKS];
