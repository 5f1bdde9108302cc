import { isoInstant, type Instant, type JsonObject } from '../../kernel/index.js';
import type { InputTemplates, Overlap, Schedule, Tick, TickOrigin, TickRequest } from '../ports/index.js';
import type { DueTick } from './due-ticks.js';
import { localTime } from './zone.js';

/** The names that an input may use. */
export const INPUT_NAMES: readonly string[] = ['schedule', 'tick'];

/** The name of a tick of the pattern: the same however often and by whatever way one comes to it. */
export const keyOf = (at: Instant): string => isoInstant(at);

export interface TickMaker {
  readonly schedule: Schedule;
  readonly templates: InputTemplates;
  readonly now: Instant;
  readonly origin: TickOrigin;
  readonly overlap?: Overlap | undefined;
}

const variablesOf = ({ schedule, now, origin }: TickMaker, at: Instant): JsonObject => {
  const { id, spec } = schedule;
  return {
    schedule: { id, name: spec.name },
    tick: { scheduled_at: isoInstant(at), local: localTime(at, spec.timeZone), at: isoInstant(now), origin },
  };
};

const requestOf = (maker: TickMaker, { at }: DueTick): TickRequest | { readonly code: string; message: string } => {
  const { schedule, templates, now, origin, overlap } = maker;
  const { id, spec } = schedule;
  const filled = templates.fill(spec.input, variablesOf(maker, at), now);
  if (!filled.ok) return filled.error;
  return {
    workflow: spec.workflow,
    ...(spec.version !== undefined && { version: spec.version }),
    input: filled.value,
    ...(spec.budget && { budget: spec.budget }),
    metadata: { schedule_id: id, schedule_name: spec.name, tick: isoInstant(at), tick_origin: origin },
    overlap: overlap ?? spec.overlap,
  };
};

const NOTHING = { until: undefined, reason: undefined, message: undefined, request: undefined } as const;

/** The row of a tick: one that is skipped says why, another what it is going to start. */
export const tickRow = (maker: TickMaker, due: DueTick, key: string): Tick => {
  const { schedule, now, origin } = maker;
  const about = {
    ...NOTHING,
    ...{ schedule: schedule.id, key, at: due.at, due: due.due, origin },
    ...{ execution: undefined, ended: undefined, createdAt: now, updatedAt: now },
  };
  if (due.skip !== undefined) return { ...about, until: due.until, status: 'skipped', reason: due.skip };
  const request = requestOf(maker, due);
  if ('code' in request) return { ...about, status: 'failed', reason: request.code, message: request.message };
  return { ...about, status: 'pending', request };
};

/** The rows of ticks of the pattern. */
export const tickRows = (maker: TickMaker, ticks: readonly DueTick[]): readonly Tick[] =>
  ticks.map((tick) => {
    const key = tick.until === undefined ? keyOf(tick.at) : `${keyOf(tick.at)}..${keyOf(tick.until)}`;
    return tickRow(maker, tick, key);
  });
