import type { JsonObject, Uuid } from '../../kernel/index.js';

export interface SprintPage {
  readonly items: readonly JsonObject[];
  readonly total: number;
}

export interface SprintsWanted {
  /** Only those of this status. */
  readonly status?: string;
  readonly offset: number;
  readonly limit: number;
}

export interface ExportWanted {
  /** The workflow that is handed on. Default: the one that was made of the sprint; without one it is made. */
  readonly workflow?: Uuid;
  /** Whether the document says which template the workflow comes from. Default: true. */
  readonly templates?: boolean;
  /** Whether tasks say how they are tried again. Default: true. */
  readonly errorHandlers?: boolean;
  /** Whether Synthesis is asked to start at once. Default: false. */
  readonly autoStart?: boolean;
  /** Nothing is written. Default: false. */
  readonly dryRun?: boolean;
}

export interface StatusWanted {
  readonly to: string;
  /** The status that it must have up to now; another one is a `conflict`. */
  readonly from?: string;
  /** Who says so. */
  readonly by: string;
}

/**
 * The sprints of the platform, as documents in the words of its callers. They live in files that other programs write as well.
 * Refusals are `HarmoniaError`s: `sprint_not_found`, `planning_file_unusable`, `tekton_root_unset`.
 */
export interface Sprints {
  /** Without TEKTON_ROOT there are none. A sprint whose files cannot be used is there, and says so. */
  list(wanted: SprintsWanted): Promise<SprintPage>;
  find(id: string): Promise<JsonObject>;
  tasks(id: string): Promise<readonly JsonObject[]>;
  /** Makes a workflow of its tasks, or a further version when they have changed. Throws `validation_error`. */
  toWorkflow(id: string): Promise<JsonObject>;
  /** Hands its workflow on to Synthesis, and says so in its log. Throws `sprint_not_ready` with every fault, `conflict`. */
  export(id: string, wanted: ExportWanted): Promise<JsonObject>;
  /** Throws `conflict` for a step back, or from another status than the one named. */
  setStatus(id: string, wanted: StatusWanted): Promise<JsonObject>;
  /** Sends it past Harmonia. */
  skip(id: string): Promise<JsonObject>;
}
