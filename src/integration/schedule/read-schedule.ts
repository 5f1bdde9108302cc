import { fault, isJsonObject, jsonDepth, unspeakableNumbers, type Json, type JsonPointer } from '../../kernel/index.js';
import { bodyOf, BodyReader, readBudget, readWorkflow, workflowPlace } from '../body/index.js';
import type {
  BudgetFaults,
  CatchUp,
  DstPolicy,
  InputTemplates,
  Overlap,
  ScheduleSpec,
  Timing,
} from '../ports/index.js';
import { CronPattern } from './cron-pattern.js';
import { defaultDst, type WhenSpec } from './ticker.js';
import { isTimeZone } from './zone.js';

/** A schedule as it was written; its workflow is yet to be found. */
export interface ReadSchedule {
  readonly spec: Omit<ScheduleSpec, 'workflow'>;
  readonly workflow: { readonly named: string; readonly where: JsonPointer };
  readonly isPaused: boolean;
}

export const OVERLAPS: readonly Overlap[] = ['allow', 'skip', 'queue', 'cancel_other'];
const TIMINGS = ['cron', 'interval', 'once'] as const;
const REST = ['jitter', 'grace', 'catch_up', 'overlap', 'paused'];
const SUBJECT = 'The schedule';

const DAY = 86_400;
const LONGEST_INTERVAL = 100 * 366 * DAY;
const MOST_CAUGHT_UP = 1000;
const DEFAULT_GRACE = 60;
const MOST_INPUT = 256 * 1024;
const DEEPEST = 200;

const reasonOf = (error: unknown): string => (error as Error).message.replace(/^CronPattern: /, '').replace(/\.$/, '');

const readPattern = (reader: BodyReader): CronPattern | undefined => {
  const text = reader.text('cron', { most: 256 });
  if (text === undefined) return undefined;
  try {
    return new CronPattern(text);
  } catch (error) {
    reader.faults.push(fault('cron_invalid', '/cron', { reason: reasonOf(error) }));
    return undefined;
  }
};

const readDst = (reader: BodyReader, pattern: CronPattern | undefined): DstPolicy => {
  const otherwise: DstPolicy = pattern ? defaultDst(pattern) : { gap: 'after', overlap: 'first' };
  const inner = reader.inner('dst');
  if (!inner) return otherwise;
  if (!reader.has('cron')) reader.wrong('dst', 'absent: only cron patterns are laid over the wall clock');
  const gap = inner.oneOf('gap', ['skip', 'after'] as const) ?? otherwise.gap;
  const overlap = inner.oneOf('overlap', ['first', 'both'] as const) ?? otherwise.overlap;
  inner.refuseUnknown();
  return { gap, overlap };
};

const readTiming = (reader: BodyReader): Timing | undefined => {
  const given = TIMINGS.filter((name) => reader.has(name));
  if (given.length !== 1)
    reader.faults.push(fault('wrong_type', '', { expected: 'exactly one of cron, interval, once' }));
  const pattern = readPattern(reader);
  const dst = readDst(reader, pattern);
  const seconds = reader.whole('interval', 1, LONGEST_INTERVAL);
  const at = reader.instant('once');
  if (pattern) return { is: 'cron', cron: (reader.any('cron') as string).trim().replace(/\s+/g, ' '), dst };
  if (seconds !== undefined) return { is: 'interval', seconds };
  return at === undefined ? undefined : { is: 'once', at };
};

const readZone = (reader: BodyReader): string => {
  const zone = reader.text('time_zone', { most: 64 }) ?? 'UTC';
  if (isTimeZone(zone)) return zone;
  reader.faults.push(fault('time_zone_unknown', '/time_zone', { zone }));
  return 'UTC';
};

/** Nothing to be timed by, when what was given is wrong: the faults say so. */
const NO_TIMING: Timing = { is: 'once', at: 0 };

const readWhen = (reader: BodyReader): WhenSpec => {
  const timing = readTiming(reader) ?? NO_TIMING;
  const [start, end] = [reader.instant('start'), reader.instant('end')];
  if (timing.is === 'once')
    for (const name of ['start', 'end']) if (reader.has(name)) reader.wrong(name, 'absent: `once` is one time');
  return { timing, timeZone: readZone(reader), start, end };
};

const readCatchUp = (reader: BodyReader): CatchUp =>
  reader.read('catch_up', `"none", "latest" or {"all": 1 to ${MOST_CAUGHT_UP}}`, (value): CatchUp | undefined => {
    if (value === 'none' || value === 'latest') return value;
    if (!isJsonObject(value) || Object.keys(value).join() !== 'all') return undefined;
    const { all } = value;
    const fits = typeof all === 'number' && Number.isInteger(all) && all >= 1 && all <= MOST_CAUGHT_UP;
    return fits ? { all } : undefined;
  }) ?? 'latest';

const readInput = (reader: BodyReader, templates: InputTemplates): Json => {
  const input = reader.any('input') ?? {};
  const { faults } = reader;
  if (jsonDepth(input, DEEPEST + 1) > DEEPEST) {
    faults.push(fault('nesting_too_deep', '/input', { limit: DEEPEST }));
    return {};
  }
  if (JSON.stringify(input).length > MOST_INPUT) reader.wrong('input', `JSON of at most ${MOST_INPUT} characters`);
  for (const { pointer, value } of unspeakableNumbers(input))
    faults.push(fault('not_json', `/input${pointer}`, { value: String(value) }));
  faults.push(...templates.check(input, '/input'));
  return input;
};

/** What a schedule is checked with. */
export interface ScheduleChecks {
  readonly templates: InputTemplates;
  readonly budgetFaults: BudgetFaults;
}

/** Of a schedule, only when its ticks are. Throws `validation_error` with every fault. */
export const readWhenOnly = (source: unknown): WhenSpec => {
  const reader = new BodyReader(bodyOf(source, SUBJECT));
  reader.ignore('name', 'description', 'workflow', 'workflow_id', 'version', 'input', 'budget', ...REST);
  const when = readWhen(reader);
  reader.finish(SUBJECT);
  return when;
};

/** Checks a schedule and fills in the defaults. Throws `validation_error` with every fault. */
export const readSchedule = (source: unknown, { templates, budgetFaults }: ScheduleChecks): ReadSchedule => {
  const document = bodyOf(source, SUBJECT);
  const reader = new BodyReader(document);
  const workflow = readWorkflow(reader);
  if (!reader.has('workflow_id')) reader.must('workflow', workflow);
  const spec = {
    name: reader.must('name', reader.text('name', { most: 255 })) ?? '',
    description: reader.text('description', { most: 4000 }),
    version: reader.text('version', { most: 128 }),
    input: readInput(reader, templates),
    budget: readBudget(reader, budgetFaults),
    ...readWhen(reader),
    jitter: reader.whole('jitter', 0, DAY) ?? 0,
    grace: reader.number('grace', 1, 31 * DAY) ?? DEFAULT_GRACE,
    catchUp: readCatchUp(reader),
    overlap: reader.oneOf('overlap', OVERLAPS) ?? 'allow',
  };
  const isPaused = reader.flag('paused') ?? false;
  reader.finish(SUBJECT);
  return { spec, workflow: { named: workflow ?? '', where: workflowPlace(document) }, isPaused };
};
