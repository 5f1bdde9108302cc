import { isoInstant, type Instant, type Json } from '../../../kernel/index.js';
import type { DstPolicy, Schedule, Tick, Timing, Upcoming } from '../../../integration/ports/index.js';

const iso = (time: Instant | undefined): string | null => (time === undefined ? null : isoInstant(time));

export const dstOf = (timing: Timing): Json => {
  if (timing.is !== 'cron') return null;
  const { gap, overlap }: DstPolicy = timing.dst;
  return { gap, overlap };
};

export const scheduleItem = ({ id, spec, state, next, due, createdAt, updatedAt }: Schedule): Record<string, Json> => {
  const { timing, catchUp } = spec;
  return {
    id,
    schedule_id: id,
    name: spec.name,
    description: spec.description ?? '',
    state,
    workflow_id: spec.workflow,
    version: spec.version ?? null,
    input: spec.input,
    budget: spec.budget ?? null,
    cron: timing.is === 'cron' ? timing.cron : null,
    interval: timing.is === 'interval' ? timing.seconds : null,
    once: timing.is === 'once' ? isoInstant(timing.at) : null,
    time_zone: spec.timeZone,
    dst: dstOf(timing),
    start: iso(spec.start),
    end: iso(spec.end),
    jitter: spec.jitter,
    grace: spec.grace,
    catch_up: typeof catchUp === 'string' ? catchUp : { all: catchUp.all },
    overlap: spec.overlap,
    next_tick: iso(next),
    next_due: iso(due),
    created_at: isoInstant(createdAt),
    updated_at: isoInstant(updatedAt),
  };
};

export const tickItem = (tick: Tick): Record<string, Json> => ({
  tick: tick.key,
  scheduled_at: isoInstant(tick.at),
  until: iso(tick.until),
  due_at: isoInstant(tick.due),
  origin: tick.origin,
  status: tick.status,
  reason: tick.reason ?? null,
  message: tick.message ?? null,
  execution_id: tick.execution ?? null,
  ended: tick.ended ?? null,
  created_at: isoInstant(tick.createdAt),
  updated_at: isoInstant(tick.updatedAt),
});

export const upcomingItem = ({ at, due, local, dst }: Upcoming): Record<string, Json> => ({
  scheduled_at: isoInstant(at),
  due_at: iso(due),
  local,
  dst: dst ?? null,
});
