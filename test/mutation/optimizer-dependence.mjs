import { mutantsOf } from './mutant.mjs';

const likely = 'test/optimizer/(checker|checker-words|checker-orders|dependence|delays|moved|reach).test';
const dependence = (file) =>
  mutantsOf({ area: 'dependence', suites: 'optimizer', file: `src/llm/optimizer/dependence/${file}`, likely });
const ir = (file) =>
  mutantsOf({ area: 'facts and expressions', suites: 'optimizer', file: `src/llm/optimizer/ir/${file}`, likely });

const conflict = dependence('conflict.ts');
const alike = dependence('joins.ts');
const order = dependence('order.ts');
const outcomes = dependence('outcomes.ts');
const reach = dependence('reach.ts');
const expressions = ir('expressions.ts');
const facts = ir('facts.ts');
const places = ir('task-path.ts');

const REACH = [
  reach(
    'orders of the candidate lead nowhere',
    'for (const { index } of tasks) this.next.addRow(index, index, order);',
    '',
  ),
  reach(
    'effects that may come at any time lead nowhere',
    'continue;\n        this.next.add(one.index, other.index);',
    'continue;',
  ),
  reach(
    'who looks at once comes some time',
    'if (meetings.prompts(other.index, one.index)) this.next.add(one.index, other.index);',
    '',
  ),
  reach(
    'only the next step is reached',
    'const twin = this.reached.closeRow(',
    'const twin = this.reached.addRow(from, from, this.next) ?? new BitRows(0).closeRow(',
  ),
  reach(
    'two reach the same when the one leads to the other',
    'this.closed.has(at) && this.reached.has(at, from)',
    'this.closed.has(at)',
  ),
  reach('what is only begun is known', 'this.closed.has(at) && this.reached', 'this.reached'),
  reach('items of a map come one after the other', ' && !runTogether(one, other)', ''),
  reach('a workflow has done all it does when it has ended', ' && !goesOn(other)', ''),
  reach('whatever comes later may have come before', 'if (order.has(other.index, one.index) && ', 'if (false && '),
  reach('items of a map always come at the same time', 'work.concurrency !== 1 && ', ''),
  reach('a map around one of two is enough', ' && other.index > at.index && other.index < at.end', ''),
  reach(
    'only the next container is a map',
    'for (let at = one.home.container; at; at = at.home.container) {',
    'for (let at = one.home.container; at; at = undefined) {',
  ),
];

const CONFLICTS = [
  conflict('a wait is no pause', "['wait', 'event'", "['event'"),
  conflict('an event is no pause', "['wait', 'event', ", "['wait', "),
  conflict('an approval is no pause', "'approval', ", ''),
  conflict('a webhook is no pause', ", 'webhook'", ''),
  conflict('a delay is no pause', ' || paces(task)', ''),
  conflict('a sub-workflow does nothing', "work.is === 'workflow' ? 'write'", "false ? 'write'"),
  conflict('nobody sets variables', "task.set ? 'sets' : ", ''),
  conflict('nobody reads variables', "usesOf(task).state ? 'reads' : 'none'", "'none'"),
  conflict('nobody takes events', "takesEvents: work.is === 'event'", 'takesEvents: false'),
  conflict('what reads is inert', "return effects === 'pure' && state", 'return state'),
  conflict('what reads variables is inert', " && state === 'none'", ''),
  conflict('nothing needs to be after a pause', 'return this.isBarrier(a) || ', 'return '),
  conflict('nothing needs to be before a pause', ' || this.isBarrier(b)', ''),
  conflict('effects need no order', '|| this.interfere(a, b);', ';'),
  conflict('events are for all', 'if (one.takesEvents && other.takesEvents) return true;', ''),
  conflict('who sets variables disturbs nobody', 'if (stateInterferes(one, other) || ', 'if ('),
  conflict('who sets variables is disturbed by nobody', ' || stateInterferes(other, one))', ')'),
  conflict('one of two that reads is enough', '(writes(one) || writes(other))', 'writes(one) && writes(other)'),
  conflict('two reads disturb each other', ' && (writes(one) || writes(other))', ''),
  conflict(
    'a pure task disturbs one that writes',
    "const bothTouch = one.effects !== 'pure' && other.effects !== 'pure';",
    'const bothTouch = true;',
  ),
  conflict('whatever anybody said, orders count', ' && !this.areFreed(a, b)', ''),
  conflict('actions commute with nothing', ' && commute(doing, doingToo, this.facts)', ' && false'),
  conflict('what a person freed holds one way', '        pairOf(`${scope}/${other}`, `${scope}/${one}`),\n', ''),
  conflict(
    'what a freed construct holds is not free',
    'for (const outerToo of around(other))',
    'for (const outerToo of [other])',
  ),
  conflict('what is idempotent disturbs nobody', " || effects === 'idempotent'", ''),
  conflict(
    'two that set variables may change places',
    "if (one.state === 'sets' && other.state !== 'none') return true;",
    '',
  ),
  conflict('who reads variables is not disturbed from outside', 'return writes(other);', 'return false;'),
];

const ALIKE = [
  alike(
    'any change of predecessors is alike',
    'if (index === undefined || alikeWith(change, endsOf(home, worlds))) return true;',
    'return true;',
  ),
  alike('ends do not depend on each other', 'alikeWith(change, endsGiven(home, worlds, { index, ends }))', 'false'),
  alike('one end that is alike is enough', '[CARRIES, NEUTRAL, BLOCKS].every', '[CARRIES, NEUTRAL, BLOCKS].some'),
  alike('that it was skipped is not looked at', '[CARRIES, NEUTRAL, BLOCKS].every', '[CARRIES, BLOCKS].every'),
  alike('that it failed is not looked at', '[CARRIES, NEUTRAL, BLOCKS].every', '[CARRIES, NEUTRAL].every'),
];

const ORDER = [
  order('siblings have no order', 'for (const scope of places.scopes) orderSiblings(scope, order, needsOf);', ''),
  order('phases have no order', "if (placed.task.work.is === 'try') orderPhases(places, placed, order);", '{}'),
  order(
    'what a construct holds has no order',
    'inner < after; inner++) order.addRange(inner, from, end)',
    'inner < index + 1; inner++) order.addRange(inner, from, from + 1)',
  ),
  order('who is chosen is not after who chose', 'for (const gate of gates) hear(gate, beforeEnd, both);', ''),
  order('a step is not after what it needs', "if (join.is === 'all') for", 'if (false) for'),
  order('who was not chosen has waited', 'gates.length === 0 ? both : [beforeStart]', 'both'),
  order('what is skipped has not waited', 'gates.length === 0 ? both : [beforeStart]', '[beforeStart]'),
  order('a join of all by number is none', 'else if (join.needed === needs.length)', 'else if (false)'),
  order('a join of some is one of all', 'else if (join.needed === needs.length)', 'else'),
  order(
    'a join of all by number waits although it is out of reach',
    'hear(need, beforeStart, [beforeStart]);\n    // It',
    'hear(need, beforeStart, both);\n    // It',
  ),
  order('no cause leads further', 'for (const only of cause) hear(only, beforeStart, [beforeStart]);', ''),
  order('any of several may be the cause', 'needs.length === 1 ? needs', 'needs.length >= 1 ? needs'),
  order('any of several gates may be the cause', 'gates.length === 1 ? gates', 'gates.length >= 1 ? gates'),
  order('who is before who is before is not before', 'row.addRow(at, source, of);', ''),
];

const OUTCOMES = [
  outcomes(
    'failures in a group that is handled end the execution',
    "if (task.onError.some(({ remedy }) => remedy.is !== 'fail')) return false;",
    '',
  ),
  outcomes('failures in a race end the execution', "work.is === 'race' || work.is === 'try'", "work.is === 'try'"),
  outcomes('failures in a try end the execution', "work.is === 'race' || work.is === 'try'", "work.is === 'race'"),
  outcomes(
    'failures of tolerated items end the execution',
    '? work.tolerate.count === 0 : work.tolerate.share === 0',
    '? true : true',
  ),
  outcomes('only the next container catches', 'return isFatalScope(container.home);', 'return true;'),
  outcomes(
    'failures end the execution, whoever catches them',
    "worlds === 'completing' && isFatalScope(home)",
    "worlds === 'completing'",
  ),
  outcomes('failures never end the execution', "worlds === 'completing' && isFatalScope(home)", 'false'),
  outcomes('what is given is not looked at', 'before & given.ends', 'before'),
  outcomes('who may be chosen always is', '|| task.gates.length > 0', ''),
  outcomes('who can not run may fail', '(joins.mayRun ? runEnds(task, fatal) : 0)', 'runEnds(task, fatal)'),
  outcomes('nothing is skipped', '| (maySkip ? NEUTRAL : 0)', ''),
  outcomes('one handler that goes on is enough', 'onError.some(({ classes }) => classes === undefined) && ', ''),
  outcomes('one handler among others goes on', '&& onError.every((', '&& onError.some(('),
  outcomes('handlers by class catch everything', 'classes === undefined);\n  const asked', 'true);\n  const asked'),
  outcomes('a handler of all that fails is none', "|| asked.some(({ remedy }) => remedy.is === 'fail')", ''),
  outcomes('where a failure goes to carries on', "|| asked.some(({ remedy }) => remedy.is === 'goto')", ''),
  outcomes('handlers after one of all count', 'onError.slice(0, catchAll + 1)', 'onError'),
  outcomes('a join of some always runs', 'maySkip: true', 'maySkip: false'),
  outcomes('a join of some needs all', 'carried >= join.needed', 'carried >= before.length'),
  outcomes('what is not needed carries', '!(sum & BLOCKS) && (sum & (CARRIES | ALONE)) !== 0', '!(sum & BLOCKS)'),
  outcomes('a step without predecessors does not run', '(CARRIES | ALONE)', 'CARRIES'),
  outcomes('a failure among others does not block', '!(sum & BLOCKS) && ', ''),
  outcomes('sums that are not alike are', 'return before === after && before !== 3;', 'return before === after;'),
  outcomes(
    'what may come of it need not be equal',
    'return before === after && before !== 3;',
    'return before !== 3 || after !== 3;',
  ),
];

const EXPRESSIONS = [
  expressions('nobody reads variables', "state: value.args === 'state'", 'state: false'),
  expressions('nothing is left to chance', 'chance: CHANCE.has(called)', 'chance: false'),
  expressions('the time is the same each time', "new Set(['now', 'uuid'])", "new Set(['uuid'])"),
  expressions('conditions are not looked at', '  ...inCondition(task.when),\n', ''),
  expressions('assignments are not looked at', '  ...inTemplate(task.set),\n', ''),
  expressions('keys of limits are not looked at', '  ...inTemplate(task.limit?.key),\n', ''),
  expressions('keys of caches are not looked at', '  ...inTemplate(task.cache?.key),\n', ''),
  expressions('what undoes it is not looked at', '  ...(task.compensate ? expressionsOf(task.compensate) : []),\n', ''),
  expressions('the output of a body is not looked at', '    ...inTemplate(scope.output?.mapping),\n', ''),
  expressions('variables of a body are not looked at', '    ...inTemplate(scope.variables?.mapping),\n', ''),
  expressions(
    'branches are not looked at',
    'return work.branches.flatMap(({ when }) => inCondition(when));',
    'return [];',
  ),
  expressions('what a map is over is not looked at', 'return inTemplate(work.over);', 'return [];'),
  expressions('conditions of loops are not looked at', 'return inCondition(work.test.condition);', 'return [];'),
  expressions(
    'pauses are not looked at',
    'return [...inTemplate(work.seconds), ...inTemplate(work.until)];',
    'return [];',
  ),
  expressions('what an event has to match is not looked at', '.concat(inCondition(work.match))', ''),
  expressions(
    'approvals are not looked at',
    'return [work.by, work.message, work.within].flatMap(inTemplate);',
    'return [];',
  ),
  expressions('lists are not looked into', 'return template.entries.flatMap(inTemplate);', 'return [];'),
  expressions(
    'objects are not looked into',
    'return template.entries.flatMap(([, entry]) => inTemplate(entry));',
    'return [];',
  ),
  expressions(
    'text is not looked into',
    "return template.parts.filter((part): part is Expression => typeof part !== 'string' && !('$secret' in part));",
    'return [];',
  ),
  expressions(
    'inner expressions are not looked into',
    'const inner = usesOfSyntax(value.args);',
    'const inner = NOTHING;',
  ),
];

const FACTS = [
  facts('what is undone later does not count as a write', "if (task.compensate) return 'write';", ''),
  facts('facts go before what a task states', 'if (task.ownEffects) return task.effects;', ''),
  facts('facts are not looked at', '(action !== undefined && facts.effects[action]) || task.effects', 'task.effects'),
  facts('nothing is there for its time', "work.is === 'task' && PACING.has(work.type)", 'false'),
  facts('commuting holds one way', ' || (one === b && other === a)', ''),
  facts('one of two that commute is enough', '(one === a && other === b)', '(one === a || other === b)'),
  facts(
    'calls of components are all the same',
    'if (work.type !== COMPONENT_TASK) return work.type;',
    'return work.type;',
  ),
  facts(
    'an action that is worked out is any',
    'component === undefined || action === undefined ? undefined :',
    'false ? undefined :',
  ),
  facts(
    'hashes are all the same',
    'contentHash(canonicalJson(JSON.parse(JSON.stringify(facts)) as Json))',
    "contentHash('')",
  ),
  places('a race holds nothing', "return [{ at: '', field: 'race', scope: work.body }];", 'return [];'),
  places('handlers of a try are not seen', "        ['catch', work.catch],\n", ''),
  places('what comes last in a try is not seen', "        ['finally', work.finally],\n", ''),
  places('numbers of what a task holds end with it', 'inPlace.end = tasks.length;', ''),
];

/** What the checker stands on: what depends on what, and what expressions say. */
export const DEPENDENCE = [CONFLICTS, ALIKE, ORDER, REACH, OUTCOMES, EXPRESSIONS, FACTS].flat();
