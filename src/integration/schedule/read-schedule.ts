import { fault, isJsonObject, jsonDepth, unspeakableNumbers, type Json, type JsonPointer } from '../../kernel/index.js';
import type { CatchUp, DstPolicy, InputTemplates, Overlap, ScheduleSpec, Timing } from '../ports/index.js';
import { CronPattern } from './cron-pattern.js';
import { Fields, refuse } from './fields.js';
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
const WHEN = [...TIMINGS, 'time_zone', 'dst', 'start', 'end'];
const REST = ['jitter', 'grace', 'catch_up', 'overlap', 'paused'];
const KNOWN = ['name', 'description', 'workflow', 'workflow_id', 'version', 'input', ...WHEN, ...REST];

const DAY = 86_400;
const LONGEST_INTERVAL = 100 * 366 * DAY;
const MOST_CAUGHT_UP = 1000;
const DEFAULT_GRACE = 60;
const MOST_INPUT = 256 * 1024;
const DEEPEST = 200;

const LIST_OF_TIMINGS = 'exactly one of cron, interval, once';

const reasonOf = (error: unknown): string => (error as Error).message.replace(/^CronPattern: /, '').replace(/\.$/, '');

const readPattern = (fields: Fields): CronPattern | undefined => {
  const text = fields.text('cron', 256);
  if (text === undefined) return undefined;
  try {
    return new CronPattern(text);
  } catch (error) {
    fields.faults.push(fault('cron_invalid', '/cron', { reason: reasonOf(error) }));
    return undefined;
  }
};

const readDst = (fields: Fields, pattern: CronPattern | undefined): DstPolicy => {
  const otherwise: DstPolicy = pattern ? defaultDst(pattern) : { gap: 'after', overlap: 'first' };
  const given = fields.read('dst', 'an object with `gap` and `overlap`', (value) =>
    isJsonObject(value) ? value : undefined,
  );
  if (!given) return otherwise;
  if (!fields.has('cron')) fields.wrong('/dst', 'absent: only cron patterns are laid over the wall clock');
  const inner = new Fields(given);
  inner.only(['gap', 'overlap']);
  const gap = inner.choice('gap', ['skip', 'after'] as const) ?? otherwise.gap;
  const overlap = inner.choice('overlap', ['first', 'both'] as const) ?? otherwise.overlap;
  fields.faults.push(...inner.faults.map((found) => ({ ...found, pointer: `/dst${found.pointer}` })));
  return { gap, overlap };
};

const readTiming = (fields: Fields): Timing | undefined => {
  const given = TIMINGS.filter((name) => fields.has(name));
  if (given.length !== 1) fields.wrong('', LIST_OF_TIMINGS);
  const pattern = readPattern(fields);
  const dst = readDst(fields, pattern);
  const seconds = fields.number('interval', { least: 1, most: LONGEST_INTERVAL }, true);
  const at = fields.instant('once');
  if (pattern) return { is: 'cron', cron: (fields.value('cron') as string).trim().replace(/\s+/g, ' '), dst };
  if (seconds !== undefined) return { is: 'interval', seconds };
  return at === undefined ? undefined : { is: 'once', at };
};

const readZone = (fields: Fields): string => {
  const zone = fields.text('time_zone', 64) ?? 'UTC';
  if (isTimeZone(zone)) return zone;
  fields.faults.push(fault('time_zone_unknown', '/time_zone', { zone }));
  return 'UTC';
};

/** Nothing to be timed by, when what was given is wrong: the faults say so. */
const NO_TIMING: Timing = { is: 'once', at: 0 };

const readWhen = (fields: Fields): WhenSpec => {
  const timing = readTiming(fields) ?? NO_TIMING;
  const [start, end] = [fields.instant('start'), fields.instant('end')];
  if (timing.is === 'once')
    for (const name of ['start', 'end']) if (fields.has(name)) fields.wrong(`/${name}`, 'absent: `once` is one time');
  return { timing, timeZone: readZone(fields), start, end };
};

const readCatchUp = (fields: Fields): CatchUp =>
  fields.read('catch_up', `"none", "latest" or {"all": 1 to ${MOST_CAUGHT_UP}}`, (value): CatchUp | undefined => {
    if (value === 'none' || value === 'latest') return value;
    if (!isJsonObject(value) || Object.keys(value).join() !== 'all') return undefined;
    const { all } = value;
    const fits = typeof all === 'number' && Number.isInteger(all) && all >= 1 && all <= MOST_CAUGHT_UP;
    return fits ? { all } : undefined;
  }) ?? 'latest';

const readInput = (fields: Fields, templates: InputTemplates): Json => {
  const input = fields.value('input') ?? {};
  if (jsonDepth(input, DEEPEST + 1) > DEEPEST) {
    fields.faults.push(fault('nesting_too_deep', '/input', { limit: DEEPEST }));
    return {};
  }
  if (JSON.stringify(input).length > MOST_INPUT) fields.wrong('/input', `JSON of at most ${MOST_INPUT} characters`);
  for (const { pointer, value } of unspeakableNumbers(input))
    fields.faults.push(fault('not_json', `/input${pointer}`, { value: String(value) }));
  fields.faults.push(...templates.check(input, '/input'));
  return input;
};

const readWorkflow = (fields: Fields): ReadSchedule['workflow'] => {
  if (fields.has('workflow') && fields.has('workflow_id')) fields.wrong('/workflow_id', 'absent: `workflow` is there');
  const name = fields.has('workflow_id') ? 'workflow_id' : 'workflow';
  if (!fields.has(name)) fields.required('workflow');
  return { named: fields.text(name, 255) ?? '', where: `/${name}` };
};

/** Of a schedule, only when its ticks are. Throws `validation_error` with every fault. */
export const readWhenOnly = (source: unknown): WhenSpec => {
  const fields = new Fields(source);
  fields.only(KNOWN);
  const when = readWhen(fields);
  refuse('The schedule', fields.faults);
  return when;
};

/** Checks a schedule and fills in the defaults. Throws `validation_error` with every fault. */
export const readSchedule = (source: unknown, templates: InputTemplates): ReadSchedule => {
  const fields = new Fields(source);
  fields.only(KNOWN);
  fields.required('name');
  const workflow = readWorkflow(fields);
  const spec = {
    name: fields.text('name', 255) ?? '',
    description: fields.text('description', 4000),
    version: fields.text('version', 128),
    input: readInput(fields, templates),
    ...readWhen(fields),
    jitter: fields.number('jitter', { least: 0, most: DAY }, true) ?? 0,
    grace: fields.number('grace', { least: 1, most: 31 * DAY }, false) ?? DEFAULT_GRACE,
    catchUp: readCatchUp(fields),
    overlap: fields.choice('overlap', OVERLAPS) ?? 'allow',
  };
  const isPaused = fields.flag('paused') ?? false;
  refuse('The schedule', fields.faults);
  return { spec, workflow, isPaused };
};
