import { mutantsOf } from './mutant.mjs';

const about = { area: 'limits and turns', suites: 'engine', likely: 'test/engine/(lines|limits|dispatching)' };
const dispatcher = mutantsOf({ ...about, file: 'src/engine/dispatch/dispatcher.ts' });
const limiter = mutantsOf({ ...about, file: 'src/engine/dispatch/limiter.ts' });
const gate = mutantsOf({ ...about, file: 'src/engine/dispatch/gate.ts' });
const rate = mutantsOf({ ...about, file: 'src/engine/dispatch/rate-window.ts' });
const turns = mutantsOf({ ...about, file: 'src/engine/dispatch/turns.ts' });
const tasks = mutantsOf({ ...about, file: 'src/engine/dispatch/task-limits.ts' });
const backlog = mutantsOf({
  ...about,
  area: 'backlog',
  file: 'src/engine/embedded/backlog.ts',
  likely: 'test/engine/(dispatching|migration)',
});

export const DISPATCH = [
  dispatcher('low priorities first', `.sort((a, b) => b - a)`, `.sort((a, b) => a - b)`),
  dispatcher(
    'one slot too many',
    `if (this.used >= this.slots) return undefined;`,
    `if (this.used > this.slots) return undefined;`,
  ),
  dispatcher(
    'what was ready is granted while paused',
    `          // What is ready is ordered again by the resume.\n          this.forget(of);\n`,
    ``,
  ),
  dispatcher('a failed attempt keeps its slot', `        case 'attempt_failed':\n`, ``),
  dispatcher('a lost attempt keeps its slot', `        case 'attempt_lost':\n`, ``),
  dispatcher('an end keeps the slots', `          this.freeAll(of);\n          break;`, `          break;`),
  dispatcher(
    'slots are counted twice after a failed commit',
    `    this.freeAll(of);\n    for (const [step`,
    `    for (const [step`,
  ),
  dispatcher(
    'limits are not counted after a restart',
    `      if (limits.length > 0) this.limiter.take(limits, { begins: false });\n`,
    ``,
  ),
  dispatcher('what runs begins anew under its rate after a failed commit', `{ begins: false }`, `{ begins: true }`),
  dispatcher('limits are never freed', `    if (limits.length > 0) this.limiter.free(limits);\n`, ``),
  dispatcher('slots are never freed', `    this.used -= 1;\n`, ``),
  dispatcher(
    'a step runs under no limit',
    `granted?.of === of && granted.order.step === step ? granted.order.limits : NO_LIMITS`,
    `NO_LIMITS`,
  ),
  dispatcher('what is reloaded waits twice at its limits', `    this.limiter.forget(of);\n`, ``),
  dispatcher(
    'what is reloaded waits twice',
    `    for (const turns of this.priorities.values()) turns.forget(of);\n`,
    ``,
  ),
  dispatcher('time stands still under rates', `    this.limiter.settle(at);\n`, `    this.limiter.settle();\n`),
  dispatcher(
    'a newcomer goes before a line',
    `    if (order.limits.length > 0 && this.limiter.joins({ of, order, since })) return;\n`,
    ``,
  ),
  dispatcher('limits ring after the end', `    this.limiter.stop();\n`, ``),

  limiter('what was promised and is not wanted is lost', `    if (releasedBy) this.giveBack(releasedBy);\n`, ``),
  limiter('what was promised and has begun stays promised', `      this.unsettled = releasedBy;\n`, ``),
  limiter(
    'who finds another gate closed goes to the end of its line',
    `if (isFirst) line.turns.pushFirst(waiting);\n    else line`,
    `if (isFirst) line.turns.push(of, order, since);\n    else line`,
  ),
  limiter('the rest of a line is forgotten', `    else gate.add(line);\n`, ``),
  limiter('rates are not looked at', `      if (rate) key.addRate(rate);\n`, ``),
  limiter('what begins does not count for rates', `      key.begin(this.at);\n`, ``),
  limiter('keys whose windows are over are kept', `      this.sweep();\n`, ``),
  limiter(
    'keys that nobody uses are kept',
    `      if (opening) this.open(opening);\n      this.tidy(key);\n`,
    `      if (opening) this.open(opening);\n`,
  ),
  limiter('what runs is not counted', `      key.running += 1;\n`, ``),
  limiter('what ends lets nobody through', `      if (opening) this.open(opening);\n`, ``),
  limiter(
    'the room of who is gone is not given to others',
    `    for (const gate of place.promises.values()) this.giveBack(gate);\n`,
    ``,
  ),
  limiter('lines of who is gone stay', `      if (line.turns.isEmpty) this.close(line);\n`, ``),
  limiter('the orders of who is gone stay in line', `      line.turns.forget(of);\n`, ``),
  limiter('windows ring after the end', `    for (const key of this.keys.values()) key.silence();\n`, ``),
  limiter(
    'one more at the same time',
    `if (key.running >= concurrency) return`,
    `if (key.running > concurrency) return`,
  ),
  limiter(
    'one more in a window',
    `if (gate && gate.room(this.at) <= 0) return gate;`,
    `if (gate && gate.room(this.at) < 0) return gate;`,
  ),
  limiter('the ring of a window is heard by nobody', `      this.ports.onRoom();\n`, ``),
  limiter(
    'a window rings for nobody',
    `      gate.timer?.cancel();\n      gate.timer = undefined;\n      return;`,
    `      return;`,
  ),

  rate(
    'a window ends 1 ms early',
    `first.at + this.rate.per <= at; first`,
    `first.at + this.rate.per <= at + 1; first`,
  ),
  rate('a window opens too soon', `if (left < this.rate.count) return`, `if (left <= this.rate.count) return`),
  rate('shared entries end with their first', `      last.at = at;\n`, ``),

  gate('low priorities go first through a gate', `this.priorities.at(-1)`, `this.priorities.at(0)`),
  gate('windows that are not over are forgotten', `typeof this.bound === 'number' || this.bound.isOver(at);`, `true;`),
  gate('promised room is forgotten', ` || this.promised > 0) return false;`, `) return false;`),
  gate(
    'priorities of a gate are in no order',
    `(this.priorities[middle] as number) < priority)`,
    `(this.priorities[middle] as number) > priority)`,
  ),
  gate(
    'what begins counts for one rate',
    `for (const { bound } of this.rates.values())`,
    `for (const { bound } of [...this.rates.values()].slice(0, 1))`,
  ),

  turns(
    'an execution takes all its turns at once',
    `    this.queues.delete(of);\n    // Set`,
    `    if (!isLeft) this.queues.delete(of);\n    // Set`,
  ),
  turns(
    'who was put first before comes later',
    `(queue.first ??= []).push(waiting)`,
    `(queue.first ??= []).unshift(waiting)`,
  ),
  turns('a blocked step costs its execution the turn', `    if (isBlocked && isLeft) return undefined;\n`, ``),
  turns(
    'what was let through goes behind all',
    `const waiting = queue.first?.shift() ?? nextOf(queue);`,
    `const waiting = queue.head < queue.orders.length ? nextOf(queue) : (queue.first?.shift() ?? nextOf(queue));`,
  ),

  tasks('bounds of the process replace those of the step', `limits: [...order.limits, ...limits] }`, `limits }`),
  tasks(
    'bounds of the process are not counted after a restart',
    `[...limitsOf(state, step), ...this.boundsOf(step)]`,
    `[...limitsOf(state, step)]`,
  ),
  tasks(
    'limits of steps are not counted after a restart',
    `[...limitsOf(state, step), ...this.boundsOf(step)]`,
    `[...this.boundsOf(step)]`,
  ),
  tasks('components have no bound of their own', '[work.type, `${work.type}:${component}`]', '[work.type]'),
  tasks(
    'components do not count for their type',
    '[work.type, `${work.type}:${component}`]',
    '[`${work.type}:${component}`]',
  ),

  backlog('one execution too many', `this.size >= maxOpenExecutions`, `this.size > maxOpenExecutions`),
  backlog('one that is too large alone is refused', `if (this.size > 0 && this.steps`, `if (this.steps`),
  backlog('what comes is not counted', `this.steps + steps > maxOpenSteps`, `this.steps > maxOpenSteps`),
  backlog(
    'a backlog full of parents does not move',
    `    if (parent !== undefined && this.executions.has(parent) && !this.children.has(parent)) return;\n`,
    ``,
  ),
  backlog('all children always have room', ` && !this.children.has(parent)) return;`, `) return;`),
  backlog('children that ended are counted', `    this.countChild(held, -1);\n`, ``),
  backlog('steps are counted again and again', `    live.countedSteps = steps;\n`, ``),
  backlog('steps of what ended are counted', `    this.steps -= held.countedSteps;\n`, ``),
  backlog('what ended is counted', `    this.executions.delete(id);\n`, ``),
];
