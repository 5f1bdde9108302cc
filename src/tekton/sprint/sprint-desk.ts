import { HarmoniaError, isoInstant, type Clock, type JsonObject } from '../../kernel/index.js';
import type {
  Choices,
  ExportWanted,
  SprintPage,
  Sprints,
  SprintsWanted,
  StatusWanted,
  TaskChoices,
} from '../ports/index.js';
import { tasksOf } from './metis-tasks.js';
import { sprintDocument, taskDocument } from './sprint-document.js';
import type { SprintFiles, SprintPlace } from './sprint-files.js';
import { titleOf } from './sprint-name.js';
import {
  FOR_HARMONIA,
  FOR_SYNTHESIS,
  isBefore,
  mayBecome,
  parseStatus,
  STATUSES,
  type SprintStatus,
} from './sprint-status.js';
import type { MadeWorkflow, SprintWorkflows } from './sprint-workflows.js';
import { exportedDocument } from './synthesis-export.js';

export interface SprintDeskParts {
  /** Undefined: TEKTON_ROOT is not set. */
  readonly files: SprintFiles | undefined;
  readonly workflows: SprintWorkflows;
  readonly choices: TaskChoices;
  readonly clock: Clock;
  /** Keeps what is handed on where the other components look for it. */
  readonly handOn: (sprint: string, document: JsonObject) => Promise<{ readonly id: string; readonly path: string }>;
}

/** Tasks on a page of sprints, after which they are left out. */
const MOST_TASKS = 20_000;
/** Who writes into the logs. */
const ME = 'harmonia';

const conflict = (reason: string): HarmoniaError => new HarmoniaError('conflict', { reason });
const shown = ({ line }: SprintPlace): string => (line ? `"${line.text}"` : 'of no status');
const namesOf = (directory: string): JsonObject => ({ sprint_id: directory, sprint_name: titleOf(directory) });

/** The sprints of the platform. */
export class SprintDesk implements Sprints {
  constructor(private readonly parts: SprintDeskParts) {}

  async list({ status: text, offset, limit }: SprintsWanted): Promise<SprintPage> {
    const { files } = this.parts;
    if (!files) return { items: [], total: 0 };
    const status = text === undefined ? undefined : parseStatus(text);
    const fits = (place: SprintPlace): boolean =>
      text === undefined || (status === undefined ? place.line?.text === text : place.status === status);
    const places = await this.places(files, fits);
    const items: JsonObject[] = [];
    let tasks = 0;
    for (const place of places.slice(offset, offset + limit)) {
      const sprint = await files.sprint(place, tasks > MOST_TASKS);
      tasks += sprint.tasks.length;
      items.push(sprintDocument(sprint, await this.choicesFor(sprint.tasks)));
    }
    return { items, total: places.length };
  }

  async find(id: string): Promise<JsonObject> {
    const { files, directory } = await this.mustFind(id);
    const sprint = await files.sprint(await files.place(directory));
    const made = await this.parts.workflows.of(directory);
    return { ...sprintDocument(sprint, await this.choicesFor(sprint.tasks)), workflow_id: made?.workflow.id ?? null };
  }

  async tasks(id: string): Promise<readonly JsonObject[]> {
    const { files, directory } = await this.mustFind(id);
    // Here they are all that is asked for: a file that can not be read is no empty list.
    const tasks = tasksOf((await files.handoff(directory)) ?? {});
    const choices = await this.choicesFor(tasks);
    return tasks.map((task) => taskDocument(task, choices));
  }

  async toWorkflow(id: string): Promise<JsonObject> {
    const { files, directory } = await this.mustFind(id);
    return madeDocument(directory, await this.made(files, directory));
  }

  /** Makes a workflow of what was handed over for a sprint otherwise than in its directory. */
  async workflowOf(id: string, handoff: JsonObject): Promise<JsonObject> {
    const { directory } = await this.mustFind(id);
    const choices = await this.choicesFor(tasksOf(handoff));
    return madeDocument(directory, await this.parts.workflows.make(handoff, directory, choices));
  }

  async export(id: string, wanted: ExportWanted): Promise<JsonObject> {
    const { files, directory } = await this.mustFind(id);
    mustBeForExport(await files.place(directory));
    const { workflows } = this.parts;
    const of = wanted.workflow === undefined ? await workflows.of(directory) : await workflows.find(wanted.workflow);
    const from = of ?? (await this.made(files, directory)).saved;
    const document = await this.documentFor(directory, { from, wanted });
    const words = { ...namesOf(directory), workflow_id: from.workflow.id, document };
    if (wanted.dryRun === true) return { ...words, dry_run: true, path: null, handoff_id: null, handoff_path: null };
    const path = await files.keepExport(directory, document);
    const kept = await this.parts.handOn(directory, document);
    // Last: whoever reads the log finds what it speaks of.
    await this.write(files, directory, { status: FOR_SYNTHESIS, by: ME, decide: mustBeForExport });
    return { ...words, dry_run: false, status: FOR_SYNTHESIS, path, handoff_id: kept.id, handoff_path: kept.path };
  }

  async setStatus(id: string, { to, from, by }: StatusWanted): Promise<JsonObject> {
    const { files, directory } = await this.mustFind(id);
    const status = parseStatus(to);
    if (status === undefined)
      throw new HarmoniaError('invalid_request', { reason: `a status is one of ${STATUSES.join(', ')}` });
    const decide = (now: SprintPlace): void => {
      const agrees = from === undefined || from === now.line?.text || (now.status && parseStatus(from) === now.status);
      if (!agrees) throw conflict(`The sprint is ${shown(now)}, not "${from.slice(0, 100)}"`);
      if (!mayBecome(now.status, status)) throw conflict(`A sprint that is ${shown(now)} does not become "${status}"`);
    };
    return this.moved(files, directory, { status, by, decide });
  }

  async skip(id: string): Promise<JsonObject> {
    const { files, directory } = await this.mustFind(id);
    const decide = (now: SprintPlace): void => {
      if (!isBefore(now.status, FOR_SYNTHESIS)) throw conflict(`A sprint that is ${shown(now)} is past Harmonia`);
    };
    return this.moved(files, directory, { status: FOR_SYNTHESIS, by: ME, decide });
  }

  /** The sprints that wait for Harmonia. */
  async waiting(): Promise<readonly SprintPlace[]> {
    const { files } = this.parts;
    return files ? this.places(files, ({ status }) => status === FOR_HARMONIA) : [];
  }

  private async made(files: SprintFiles, directory: string): Promise<MadeWorkflow> {
    const handoff = await files.handoff(directory);
    if (!handoff) throw conflict(`Metis has handed nothing over for ${directory}: it has no harmonia_export.json`);
    return this.parts.workflows.make(handoff, directory, await this.choicesFor(tasksOf(handoff)));
  }

  private async documentFor(
    directory: string,
    { from, wanted }: { readonly from: MadeWorkflow['saved']; readonly wanted: ExportWanted },
  ): Promise<JsonObject> {
    const { workflows, clock } = this.parts;
    const { compiled, faults } = workflows.check(from);
    return exportedDocument({
      ...{ from, compiled, faults, wanted, sprint: directory, name: titleOf(directory) },
      choicesFor: (ids) => this.parts.choices.for(ids),
      now: isoInstant(clock.now()),
    });
  }

  private async moved(files: SprintFiles, directory: string, move: Move): Promise<JsonObject> {
    const before = await this.write(files, directory, move);
    return { ...namesOf(directory), status: move.status, previous_status: before.line?.text ?? null };
  }

  private write(files: SprintFiles, directory: string, { status, by, decide }: Move): Promise<SprintPlace> {
    return files.setStatus(directory, { status, by, at: isoInstant(this.parts.clock.now()) }, decide);
  }

  private async places(files: SprintFiles, fits: (place: SprintPlace) => boolean): Promise<readonly SprintPlace[]> {
    const places: SprintPlace[] = [];
    for (const directory of await files.directories()) {
      const place = await files.place(directory);
      if (fits(place)) places.push(place);
    }
    return places;
  }

  private choicesFor(tasks: readonly { readonly id: string }[]): Promise<Choices> {
    return this.parts.choices.for(tasks.map(({ id }) => id));
  }

  private async mustFind(id: string): Promise<{ readonly files: SprintFiles; readonly directory: string }> {
    const { files } = this.parts;
    if (!files) throw new HarmoniaError('tekton_root_unset', {});
    return { files, directory: await files.directory(id) };
  }
}

interface Move {
  readonly status: SprintStatus;
  readonly by: string;
  /** Throws when it may not be. */
  readonly decide: (now: SprintPlace) => void;
}

/** Exported again is exported anew, as long as nobody has gone on with it. */
const mustBeForExport = (now: SprintPlace): void => {
  if (now.status !== FOR_HARMONIA && now.status !== FOR_SYNTHESIS)
    throw conflict(`A sprint that is ${shown(now)} is not exported: it must be "${FOR_HARMONIA}"`);
};

const madeDocument = (directory: string, { saved, is, warnings }: MadeWorkflow): JsonObject => ({
  ...namesOf(directory),
  workflow_id: saved.workflow.id,
  workflow_name: saved.workflow.name,
  version: saved.workflow.version,
  task_count: saved.workflow.taskCount,
  change: is,
  warnings: warnings.map((warning) => ({ ...warning })),
});
