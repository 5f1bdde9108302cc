import { HarmoniaError, Turns, type JsonObject } from '../../kernel/index.js';
import type { ContainedFiles } from '../files/index.js';
import { tasksOf, type SprintTask } from './metis-tasks.js';
import { directoryOf, isSprintDirectory } from './sprint-name.js';
import {
  parseStatus,
  readStatus,
  withStatus,
  type NewStatus,
  type SprintStatus,
  type StatusLine,
} from './sprint-status.js';

const SPRINTS = ['MetaData', 'DevelopmentSprints'] as const;
const LOG = 'DAILY_LOG.md';
const PLAN = 'SPRINT_PLAN.md';
/** What Metis writes. */
const HANDOFF = 'harmonia_export.json';
/** What Harmonia writes beside it. */
const EXPORT = 'synthesis_export.json';

const MOST_LOG = 2 ** 20;
const MOST_PLAN = 2 ** 20;
const MOST_HANDOFF = 4 * 2 ** 20;
const LONGEST_DESCRIPTION = 500;
const TOO_MANY = 'Its tasks are left out: those of the sprints before it are too many already.';

/** Where a sprint stands, as its log says. */
export interface SprintPlace {
  readonly directory: string;
  readonly line: StatusLine | undefined;
  /** Undefined: the log says nothing, or a status that nobody knows. */
  readonly status: SprintStatus | undefined;
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/** A sprint as its files tell of it. */
export interface StoredSprint extends SprintPlace {
  readonly description: string;
  readonly priority: string | null;
  readonly createdAt: number | undefined;
  readonly handoff: JsonObject | undefined;
  readonly tasks: readonly SprintTask[];
}

/** What a file says, or why it can not be used. */
const attempted = async <T>(read: Promise<T>, problems: string[]): Promise<T | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof HarmoniaError) || error.code !== 'planning_file_unusable') throw error;
    problems.push(error.message);
    return undefined;
  }
};

/** The first paragraph that is prose. */
const aboutOf = (plan: string): string => {
  const paragraphs = plan.split(/\n[ \t]*\r?\n/);
  const prose = paragraphs.map((text) => text.trim()).find((text) => text !== '' && /^[\p{L}\d"'(]/u.test(text));
  return (prose ?? '').replace(/\s+/g, ' ').slice(0, LONGEST_DESCRIPTION);
};

const priorityIn = (text: string): string | undefined =>
  /^\*\*Priority\*\*:[ \t]*([\w -]{1,40})/m.exec(text)?.[1]?.trim();

/** Sprints in the directories of the platform. */
export class SprintFiles {
  private readonly turns = new Turns();

  constructor(private readonly files: ContainedFiles) {}

  directories(): Promise<readonly string[]> {
    return this.files.directories(...SPRINTS).then((names) => names.filter(isSprintDirectory));
  }

  /** The directory of a sprint by its id, or by its name. Throws `sprint_not_found`. */
  async directory(id: string): Promise<string> {
    const wanted = directoryOf(id);
    const found = wanted === undefined ? undefined : (await this.directories()).find((name) => name === wanted);
    if (found === undefined) throw new HarmoniaError('sprint_not_found', { id: id.slice(0, 200) });
    return found;
  }

  /** Where it stands; a log that can not be used is a problem and no refusal. */
  async place(directory: string): Promise<SprintPlace> {
    const problems: string[] = [];
    const log = await attempted(this.log(directory), problems);
    return { directory, problems, ...placeIn(log ?? '') };
  }

  /** `brief`: without its tasks, which is a problem. */
  async sprint(place: SprintPlace, brief = false): Promise<StoredSprint> {
    const { directory } = place;
    const problems = [...place.problems, ...(brief ? [TOO_MANY] : [])];
    const handoff = brief ? undefined : await attempted(this.handoff(directory), problems);
    const plan = (await attempted(this.files.text([...SPRINTS, directory, PLAN], MOST_PLAN), [])) ?? '';
    const log = (await attempted(this.log(directory), [])) ?? '';
    return {
      ...place,
      problems,
      description: aboutOf(plan),
      priority: priorityIn(plan) ?? priorityIn(log) ?? null,
      createdAt: await this.files.madeAt(...SPRINTS, directory),
      handoff,
      tasks: handoff ? tasksOf(handoff) : [],
    };
  }

  /** What Metis handed over; undefined: nothing yet. Throws `planning_file_unusable`. */
  handoff(directory: string): Promise<JsonObject | undefined> {
    return this.files.json([...SPRINTS, directory, HANDOFF], MOST_HANDOFF);
  }

  /** Writes another status into the log. `decide` throws when it may not. */
  setStatus(directory: string, to: NewStatus, decide: (now: SprintPlace) => void): Promise<SprintPlace> {
    // In turn: what one has read, no other has changed when it writes.
    return this.turns.take(async () => {
      const log = (await this.log(directory)) ?? '';
      const before = { directory, problems: [], ...placeIn(log) };
      decide(before);
      await this.files.write([...SPRINTS, directory, LOG], withStatus(log === '' ? '# Daily Log\n' : log, to));
      return before;
    });
  }

  /** Keeps what is handed to Synthesis; answers where, below the root. */
  async keepExport(directory: string, document: JsonObject): Promise<string> {
    const path = [...SPRINTS, directory, EXPORT] as const;
    await this.files.write(path, `${JSON.stringify(document, null, 2)}\n`);
    return path.join('/');
  }

  private log(directory: string): Promise<string | undefined> {
    return this.files.text([...SPRINTS, directory, LOG], MOST_LOG);
  }
}

const placeIn = (log: string): Pick<SprintPlace, 'line' | 'status'> => {
  const line = readStatus(log);
  return { line, status: line && parseStatus(line.text) };
};

/** Where a sprint is, below the root. */
export const pathOf = (directory: string): string => [...SPRINTS, directory].join('/');
