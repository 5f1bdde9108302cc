import {
  fault,
  HarmoniaError,
  isJsonObject,
  isoInstant,
  parseUuid,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import type { OtherWebhooks, Schedules, Triggers } from '../ports/index.js';
import { refusalOf, withSnakeNames } from '../body/index.js';

export interface UpstreamTriggersParts {
  readonly schedules: Pick<Schedules, 'create'>;
  readonly triggers: Pick<Triggers, 'create'>;
  /** Address under which others reach the service. */
  readonly origin: string;
}

const SHARED = ['name', 'description', 'trigger_type', 'workflow', 'workflow_id', 'version', 'metadata', 'enabled'];
const EVENTS = [...SHARED, 'event', 'match', 'input_mapping'];
const SCHEDULES = [...SHARED, 'input'];

/** Where what `POST /webhooks` calls so stands in the other resource. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^\/cron/, '/metadata/schedule'],
  [/^\/time_zone/, '/metadata/time_zone'],
  [/^\/params\/name/, '/event'],
];

const isEmpty = (value: Json): boolean =>
  value === null || (isJsonObject(value) && Object.keys(value).length === 0) || value === '' || value === 'none';

const refused = (faults: readonly Fault[]): HarmoniaError => refusalOf('The webhook', faults);

/** What upstream's clients send along with nothing in it is left out; what means nothing here is refused. */
const mustBeKnown = (body: JsonObject, known: readonly string[]): void => {
  const faults = Object.entries(body).flatMap(([field, value]) =>
    known.includes(field) || isEmpty(value)
      ? []
      : [fault('unknown_field', pointer('', field), { field, known: known.join(', ') })],
  );
  if (faults.length > 0) throw refused(faults);
};

/** The fields of these names that are there. */
const given = (body: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (isEmpty(body[name] ?? null) ? [] : [[name, body[name] as Json]])));

const inItsWords = (error: unknown): unknown => {
  if (!(error instanceof HarmoniaError) || error.code !== 'validation_error') return error;
  return refused(
    error.faults.map((found) => {
      const place = PLACES.find(([there]) => there.test(found.pointer));
      return place ? { ...found, pointer: found.pointer.replace(place[0], place[1]) } : found;
    }),
  );
};

/** `POST /webhooks` with a `trigger_type` that is no webhook: a schedule, or a trigger on events. */
export class UpstreamTriggers implements OtherWebhooks {
  constructor(private readonly parts: UpstreamTriggersParts) {}

  /** Undefined: it is a webhook. */
  async create(source: Json): Promise<JsonObject | undefined> {
    const body = isJsonObject(source) ? withSnakeNames(source) : {};
    const { trigger_type: type } = body;
    if (type !== 'scheduled' && type !== 'event_triggered') return undefined;
    try {
      return await (type === 'scheduled' ? this.schedule(body) : this.trigger(body));
    } catch (error) {
      throw inItsWords(error);
    }
  }

  private async schedule(body: JsonObject): Promise<JsonObject> {
    mustBeKnown(body, SCHEDULES);
    const metadata = isJsonObject(body.metadata) ? body.metadata : {};
    const { schedule: cron, time_zone: zone, timezone } = metadata;
    if (cron === undefined) throw refused([fault('required_field', '/metadata', { field: 'schedule' })]);
    const timeZone = zone ?? timezone;
    const { schedule } = await this.parts.schedules.create({
      ...given(body, 'name', 'description', 'workflow', 'workflow_id', 'version', 'input'),
      cron,
      ...(timeZone !== undefined && { time_zone: timeZone }),
      ...(body.enabled === false && { paused: true }),
    });
    return this.answer(body, {
      ...{ id: schedule.id, schedule_id: schedule.id, url: `${this.parts.origin}/api/v1/schedules/${schedule.id}` },
      ...{ action: 'start', workflow: schedule.spec.workflow, enabled: schedule.state !== 'paused' },
      ...{ created_at: isoInstant(schedule.createdAt), updated_at: isoInstant(schedule.updatedAt) },
    });
  }

  private async trigger(body: JsonObject): Promise<JsonObject> {
    mustBeKnown(body, EVENTS);
    const metadata = isJsonObject(body.metadata) ? body.metadata : {};
    const name = body.event ?? metadata.event;
    if (name === undefined) throw refused([fault('required_field', '', { field: 'event' })]);
    const { trigger } = await this.parts.triggers.create({
      ...given(body, 'name', 'description', 'workflow', 'workflow_id', 'version', 'input_mapping', 'match', 'metadata'),
      ...{ type: 'harmonia/event', params: { name } },
      ...(body.enabled !== undefined && { enabled: body.enabled }),
    });
    const [id = null, action = null, workflow = null, enabled = null, made = null, changed = null] = [
      ...[trigger.id, trigger.action, trigger.workflow, trigger.enabled, trigger.created_at, trigger.updated_at],
    ];
    return this.answer(body, {
      ...{ id, trigger_id: id, url: `${this.parts.origin}/api/v1/triggers/${typeof id === 'string' ? id : ''}` },
      ...{ action, workflow, event: name, enabled, created_at: made, updated_at: changed },
    });
  }

  /** In the words of a webhook; it is shown and changed where `url` says. */
  private answer(body: JsonObject, about: JsonObject): JsonObject {
    const { workflow } = about;
    return {
      ...{ ...about, webhook_id: about.id ?? null, direction: 'inbound', name: body.name ?? null },
      ...{ description: body.description ?? null, trigger_type: body.trigger_type ?? null, auth_type: 'none' },
      workflow_id: typeof workflow === 'string' ? (parseUuid(workflow) ?? null) : null,
      ...{ version: body.version ?? null, metadata: body.metadata ?? {} },
    };
  }
}
