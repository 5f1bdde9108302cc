import {
  HarmoniaError,
  isJsonObject,
  isoInstant,
  ownValue,
  type Clock,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import type { Handoffs, Sprints } from '../ports/index.js';
import { handoffIdOf, pathOf, titleOf, type SprintPlace } from '../sprint/index.js';
import { isHarmonia } from './component-name.js';
import { dataFor, isHandoffId, isPartName, type HandedFile, type HandoffFiles } from './handoff-files.js';
import { readMessage, type HandoffMessage } from './message.js';
import { workIn } from './work.js';

/** What is asked of sprints. */
export interface SprintWork extends Pick<Sprints, 'toWorkflow' | 'setStatus' | 'export'> {
  waiting(): Promise<readonly SprintPlace[]>;
  workflowOf(id: string, handoff: JsonObject): Promise<JsonObject>;
}

export interface HandoffDeskParts {
  /** Undefined: TEKTON_ROOT is not set. */
  readonly files: HandoffFiles | undefined;
  readonly sprints: SprintWork;
  readonly clock: Clock;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const ME = 'harmonia';
const NEXT = 'synthesis';

type Addressed = Exclude<HandoffMessage, { form: 'page' }>;

const failed = (message: string, more: JsonObject = {}): JsonObject => ({
  status: 'error',
  success: false,
  component: ME,
  message,
  reason: message,
  ...more,
});

const done = (message: string, more: JsonObject): JsonObject => ({
  status: 'success',
  success: true,
  component: ME,
  message,
  ...more,
});

/** Takes what components hand over. One answer has the words of all three forms. */
export class HandoffDesk implements Handoffs {
  private readonly actions: Readonly<Record<string, (payload: JsonObject) => Promise<JsonObject>>>;

  constructor(private readonly parts: HandoffDeskParts) {
    this.actions = {
      look_for_work: () => this.lookForWork(),
      process_sprint: (payload) => this.processSprint(payload),
      update_status: (payload) => this.updateStatus(payload),
      import_data: (payload) => this.importData(payload),
      export_data: (payload) => this.exportData(payload),
    };
  }

  async receive(body: unknown): Promise<JsonObject> {
    const message = readMessage(body);
    try {
      return await this.answer(message);
    } catch (error) {
      if (error instanceof HarmoniaError)
        return failed(error.message, {
          ...{ code: error.code, cure: error.cure },
          ...(error.faults.length > 0 && { faults: error.faults.map((fault) => ({ ...fault })) }),
        });
      this.parts.onTrouble('a hand-off', error);
      return failed('Something went wrong in Harmonia', { code: 'internal_error' });
    }
  }

  private answer(message: HandoffMessage): Promise<JsonObject> | JsonObject {
    if (message.form !== 'page') return this.addressed(message);
    if (message.purpose === undefined) return failed('no purpose defined');
    return this.lookForWork(message.purpose);
  }

  private async addressed({ form, purpose, dest, payload }: Addressed): Promise<JsonObject> {
    if (!isHarmonia(dest)) {
      if (form === 'standard') return { status: 'ignored', success: false, component: ME, reason: 'wrong destination' };
      return failed(`The message is for ${JSON.stringify(dest.slice(0, 100))}, this is ${ME}`);
    }
    if (purpose === undefined) return failed('no purpose defined');
    if (form === 'shared' && purpose !== 'check_work') {
      // The status is the platform's word for a purpose that a component does not have.
      const message = `Unknown purpose ${JSON.stringify(purpose.slice(0, 100))}. Known: check_work.`;
      return { status: 'not_implemented', success: false, component: ME, purpose, message };
    }
    const { component } = payload;
    if (component !== undefined && component !== null && !isHarmonia(component))
      return failed('The payload is for another component', { purpose });
    const name = typeof payload.action === 'string' ? payload.action : '';
    const action = ownValue(this.actions, name);
    if (!action) {
      const known = Object.keys(this.actions).join(', ');
      return failed(`Unknown action ${JSON.stringify(name.slice(0, 100))}. Known: ${known}.`, { purpose });
    }
    return { ...(await action(payload)), purpose, action: name };
  }

  private async lookForWork(purpose: Json = null): Promise<JsonObject> {
    const { files, sprints } = this.parts;
    const work = (await files?.all())?.flatMap((file) => workIn(file) ?? []) ?? [];
    const ready = (await sprints.waiting()).map(({ directory }) => ({
      id: directory,
      name: titleOf(directory),
      path: pathOf(directory),
    }));
    const items = [
      ...work,
      ...ready.map((sprint) => ({ sprint_name: sprint.id, status: 'Ready-2:Harmonia', ...sprint })),
    ];
    const words = `${work.length} pieces of work were handed over, ${ready.length} sprints are ready`;
    return done(files ? words : 'TEKTON_ROOT is not set: there is no work', {
      purpose,
      work_available: items.length > 0,
      work_count: work.length,
      work_items: work,
      found: items.length,
      items,
      ready_sprints: ready,
      count: ready.length,
    });
  }

  private async processSprint(payload: JsonObject): Promise<JsonObject> {
    const sprint = textIn(payload, 'sprint_name');
    const { sprints } = this.parts;
    const given = await this.dataIn(payload);
    const made = given ? await sprints.workflowOf(sprint, given.data) : await sprints.toWorkflow(sprint);
    return done('The sprint is a workflow', made);
  }

  private async updateStatus(payload: JsonObject): Promise<JsonObject> {
    const to = textIn(payload, payload.new_status === undefined ? 'status' : 'new_status');
    const from =
      payload.old_status === undefined || payload.old_status === null ? undefined : textIn(payload, 'old_status');
    const by = componentIn(payload) ?? ME;
    const sprint = textIn(payload, 'sprint_name');
    try {
      const moved = await this.parts.sprints.setStatus(sprint, { to, by, ...(from !== undefined && { from }) });
      return done('The status was updated', {
        updated: true,
        sprint_status: moved.status ?? null,
        ...withoutStatus(moved),
      });
    } catch (error) {
      if (!(error instanceof HarmoniaError)) throw error;
      return failed(error.message, { updated: false, code: error.code, cure: error.cure });
    }
  }

  private async importData(payload: JsonObject): Promise<JsonObject> {
    const given = await this.dataIn(payload);
    if (!given) throw unreadable('payload.data, or a workflow_id that was handed over, is missing');
    const sprint = payload.sprint_name === undefined ? given.sprint : textIn(payload, 'sprint_name');
    if (sprint === undefined) throw unreadable('payload.sprint_name is missing');
    const made = await this.parts.sprints.workflowOf(sprint, given.data);
    return done('The data is a workflow', { ...made, imported_from: given.from });
  }

  private async exportData(payload: JsonObject): Promise<JsonObject> {
    const files = this.mustHaveFiles();
    const sprint = textIn(payload, 'sprint_name');
    const component = componentIn(payload) ?? ME;
    const wanted = payload.workflow_id === undefined || payload.workflow_id === null ? undefined : idIn(payload);
    const given = payload.data === undefined ? undefined : await this.dataIn({ data: payload.data });
    const data = given?.data ?? (await this.parts.sprints.export(sprint, { dryRun: true })).document ?? null;
    const next = payload.next_stage === undefined ? (component === ME ? NEXT : ME) : textIn(payload, 'next_stage');
    const kept = await this.keep(files, { sprint, component, data, next, id: wanted });
    return done('The data was handed on', {
      workflow_id: kept.id,
      workflow_path: kept.path,
      sprint_name: sprint,
      data: dataFor(data, kept),
    });
  }

  /** Keeps what Harmonia has made of a sprint where the next component looks for it. */
  async handOn(sprint: string, document: JsonObject): Promise<{ readonly id: string; readonly path: string }> {
    const { id, path } = await this.keep(this.mustHaveFiles(), {
      ...{ sprint, component: ME, data: document, next: NEXT, id: undefined },
    });
    return { id, path };
  }

  private keep(
    files: HandoffFiles,
    { id, ...rest }: { id: string | undefined; sprint: string; component: string; data: Json; next: string },
  ): Promise<HandedFile> {
    const now = this.parts.clock.now();
    return files.keep({ ...rest, id: id ?? idFor(rest.sprint, now), now: isoInstant(now) });
  }

  /** What a message brings along, or points to; undefined: nothing. */
  private async dataIn({ data = null, workflow_id: id, from_component: from }: JsonObject): Promise<Given | undefined> {
    if (isJsonObject(data) && data.type === 'embedded')
      return { data: objectIn(data.content), sprint: undefined, from: 'message' };
    const refers = isJsonObject(data) && data.type === 'reference';
    if (data !== null && !refers) return { data: objectIn(data), sprint: undefined, from: 'message' };
    const wanted = refers ? data.workflow_id : id;
    if (wanted === undefined || wanted === null) return undefined;
    // What the message says of a path is not looked at: the id says where it is.
    const file = await this.mustHaveFiles().find(typeof wanted === 'string' ? wanted : '');
    return { data: partOf(file, from), sprint: sprintOf(file), from: file.id };
  }

  private mustHaveFiles(): HandoffFiles {
    const { files } = this.parts;
    if (!files) throw new HarmoniaError('tekton_root_unset', {});
    return files;
  }
}

interface Given {
  readonly data: JsonObject;
  readonly sprint: string | undefined;
  readonly from: string;
}

const unreadable = (reason: string): HarmoniaError => new HarmoniaError('invalid_request', { reason });

const textIn = (payload: JsonObject, name: string): string => {
  const value = payload[name];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 200) return value;
  throw unreadable(`payload.${name} is a text of at most 200 characters`);
};

const idIn = ({ workflow_id: id }: JsonObject): string => {
  if (typeof id === 'string' && isHandoffId(id)) return id;
  throw unreadable('payload.workflow_id is a name of letters, digits, _ and -');
};

const componentIn = ({ from_component: name }: JsonObject): string | undefined => {
  if (name === undefined || name === null) return undefined;
  const plain = typeof name === 'string' ? name.toLowerCase() : '';
  if (isPartName(plain)) return plain;
  throw unreadable('payload.from_component is the name of a component');
};

const objectIn = (value: Json | undefined): JsonObject => {
  if (isJsonObject(value)) return value;
  throw unreadable('payload.data is an object');
};

const sprintOf = ({ content }: HandedFile): string | undefined =>
  typeof content.sprint_name === 'string' ? content.sprint_name : undefined;

/** The part of the component that is named, else of the one that wrote last. */
const partOf = (file: HandedFile, from: Json | undefined): JsonObject => {
  const stage = from ?? file.content.current_stage;
  const name = typeof stage === 'string' ? stage.toLowerCase() : '';
  const part = isPartName(name) ? ownValue<Json>(file.content, name) : undefined;
  if (isJsonObject(part)) return part;
  throw unreadable(`${file.id} has no part of ${name === '' ? 'a component' : name.slice(0, 64)}`);
};

const idFor = (sprint: string, now: number): string => {
  const id = handoffIdOf(sprint.trim().replace(/ /g, '_'), now);
  if (isHandoffId(id)) return id;
  throw unreadable('payload.sprint_name is the name of a sprint');
};

const withoutStatus = ({ status: _, ...rest }: JsonObject): JsonObject => rest;
