import { mutantsOf } from './mutant.mjs';

const likely = 'test/core/budgets';
const core = (file) => mutantsOf({ area: 'budgets', suites: 'core', file: `src/engine/core/${file}`, likely });
const engine = (file) =>
  mutantsOf({ area: 'budgets', suites: 'engine', file: `src/engine/${file}`, likely: 'test/engine/budgets' });

const deciding = core('decide/budget.ts');
const decide = core('decide/decide.ts');
const attempt = core('decide/attempt.ts');
const booking = core('fold/booking.ts');
const evolve = core('fold/evolve.ts');
const migrate = core('fold/migrate.ts');
const account = core('budget/account.ts');
const limits = core('budget/limits.ts');
const usage = core('budget/usage.ts');
const document = core('validate/budget.ts');
const form = core('migrate/normal-form.ts');
const families = engine('embedded/families.ts');
const live = engine('embedded/live-execution.ts');
const group = engine('embedded/group.ts');
const orders = engine('embedded/orders.ts');
const running = engine('embedded/attempts/running-attempt.ts');

export const BUDGETS = [
  deciding('a report counts twice', '>= report) return undefined;', '>= Infinity) return undefined;'),
  deciding(
    'something is booked after the end',
    'if (isTerminalRun(state.status)) return STALE;\n  if ((state.reports',
    'if ((state.reports',
  ),
  deciding(
    'what a child has used is not booked',
    "if (outcome.is === 'started' || !outcome.usage) return false;",
    'if (outcome.is !== undefined) return false;',
  ),
  deciding('it pauses although it is about to end', ' || state.ending) return false;', ') return false;'),
  deciding(
    'the pause does not say that it is of its budget',
    'reason: reasonOf(exhausted), exhausted }',
    'reason: reasonOf(exhausted) }',
  ),
  deciding(
    'what somebody has paused goes on by itself',
    "status.is !== 'paused' || !status.exhausted",
    "status.is !== 'paused'",
  ),
  deciding('it is held although nothing is left of it', 'root.open === 0 ||', 'root.open < 0 ||'),
  deciding('fail_fast is held up', 'compiled.failFast && root.failed.length > 0', 'false'),
  deciding('it goes on although a limit is reached', 'if (left.length > 0)', 'if (left.length > 9)'),
  deciding('a raise to what is used is enough', 'used >= (raised', 'used > (raised'),
  deciding('anybody may raise', 'allowed.length > 0 &&', 'allowed.length > 99 &&'),
  deciding('who is named may not', '!allowed.includes(by)', 'allowed.includes(by)'),
  deciding('a limit may be lowered', 'return limit > before ? []', 'return limit > 0 ? []'),
  deciding('a limit that is not there is raised', 'if (before === undefined) {', 'if (before === null) {'),
  deciding('nobody knows who has raised it', 'by: by ?? null', 'by: null'),
  decide('a limit is reached and nothing follows', '  pauseAtLimit(draft);\n  checkpointAfter', '  checkpointAfter'),
  decide('it is held for nothing', 'if (isHeldForNothing(draft.state)) {', 'if (draft.at < 0) {'),
  decide(
    'the time of a budget is over whenever it rings',
    'return isAtLimit(draft) ? undefined : STALE;',
    'return undefined;',
  ),
  decide(
    'a resume looks at no limit',
    'const refusal = raiseLimits(draft, request);\n  if (refusal) return refusal;',
    'raiseLimits(draft, request);',
  ),
  attempt('an attempt begins although the time is over', 'if (pauseAtLimit(draft)) return undefined;', ''),
  booking('who has reported is forgotten', 'state.reports.set(reporterOf(event.by), event.report);', ';'),
  booking('attempts share their reports', '`${step}@${generation}#${attempt}`', '`${step}@${generation}`'),
  booking('generations share their reports', '`${step}@${generation}#${attempt}`', '`${step}#${attempt}`'),
  booking('a raise does not hold', "else if (event.type === 'budget_raised') state.limits = limitsFor(state);", ''),
  booking(
    'the request says nothing about limits',
    '[compiled.budget?.limits, options.budget], account',
    '[compiled.budget?.limits], account',
  ),
  evolve(
    'the request says nothing about limits at the start',
    '[compiled.budget?.limits, event.options.budget]',
    '[compiled.budget?.limits]',
  ),
  evolve(
    'the workflow says nothing about limits',
    '[compiled.budget?.limits, event.options.budget]',
    '[event.options.budget]',
  ),
  evolve('nobody knows why it is paused', 'exhausted: event.exhausted !== undefined', 'exhausted: false'),
  migrate('the budget of the version before holds', '  state.limits = limitsFor(state);\n', ''),
  account('what was raised before is forgotten', 'raisedTo(account.raised, event.limits)', 'event.limits'),
  account(
    'time passes while it is paused',
    "case 'execution_resumed':\n",
    "case 'execution_resumed':\n      return account;\n",
  ),
  account(
    'time passes after the end',
    "    case 'execution_canceled':\n      return",
    "    case 'execution_canceled':\n      return account;\n    case 'usage_recorded':\n      return",
  ),
  account('time begins anew with every pause', 'ran: timeRun(account, event.at), runsSince', 'ran: 0, runsSince'),
  account('time goes back with the clock', 'ran + Math.max(0, at - runsSince)', 'ran + at - runsSince'),
  account('input alone counts', 'return used.input + used.output;', 'return used.input;'),
  account('more than the limit is needed', ': used >= limit;', ': used > limit;'),
  account('the time rings before it is over', 'Math.ceil(seconds * 1000)', 'Math.floor(seconds * 1000)'),
  account(
    'the time rings as if it had not run',
    'runsSince + millisOf(seconds) - ran',
    'runsSince + millisOf(seconds)',
  ),
  account('a child inherits the whole', 'roundedOf(limit - usedOf(account, name, 0))', 'limit'),
  account('a child inherits the time', "name === 'seconds' ? [] : ", ''),
  account('money is no whole of billionths', 'Math.round(amount * 1e9) / 1e9', 'amount'),
  limits('the looser limit holds', 'Math.min(limit, table', 'Math.max(limit, table'),
  limits('a raise makes a limit', 'if (before !== undefined) table.set(name, Math.max', 'table.set(name, Math.max'),
  limits('a raise lowers a limit', 'Math.max(limit, before)', 'limit'),
  usage(
    'all money is one',
    'billionths[currency] = (billionths[currency] ?? 0) +',
    'billionths.USD = (billionths.USD ?? 0) +',
  ),
  usage('money is not rounded', 'Math.round(amount * BILLION)', 'amount * BILLION'),
  usage('nobody counts what has no price', 'unpriced: used.unpriced + unpriced,', 'unpriced: used.unpriced,'),
  usage('what a child has paid is lost', 'currencies.length > 0 && {', 'currencies.length > 9 && {'),
  document('a limit may be nothing', 'min: 1, max: MOST, integer: true', 'min: 0, max: MOST, integer: true'),
  document(
    'an empty budget is one',
    'if (!LIMITS.some((field) => fields.has(field))) {',
    'if (fields.where === null) {',
  ),
  document('unknown limits are passed over', "fields.refuseUnknown([...LIMITS, 'by']);", ''),
  document('currencies are called anything', 'if (!CURRENCY.test(currency))', 'if (currency === null)'),
  form('another budget is no other version', 'budget: canonicalJson(document.budget ?? NOTHING)', "budget: ''"),
  families('children inherit nothing', 'options: awaited ? inherited(parent) : {}', 'options: {}'),
  families('children of nobody inherit', 'options: awaited ? inherited(parent) : {}', 'options: inherited(parent)'),
  families('what a child has used is not told', '{ ...outcome, ...usageIn(account) }', 'outcome'),
  families(
    'what an ended child has used is not told',
    '{ ...ended, ...usageIn(await this.accountOf(execution)) }',
    'ended',
  ),
  families(
    'a child starts under a paused parent',
    "if (state.status.is === 'paused') return;",
    "if (state.status.is === 'failed') return;",
  ),
  live('no time rings', 'time === undefined ? undefined : timers.at(time, callback);', 'undefined;'),
  group('a resume rings for nothing', "  'execution_resumed',\n", ''),
  orders(
    'the time of a budget is not armed',
    'live.ringAtTimeUp(this.ports.timers, () => this.ports.submit(timeUp));',
    '',
  ),
  running('all reports of an attempt are one', 'this.reports += 1;', 'this.reports = 1;'),
];
