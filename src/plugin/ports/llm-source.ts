import type { ComponentSource } from './component-source.js';
import type { LlmAnswer, LlmRequest, LlmService, TaskServices, UsageReport } from '../contract/index.js';

/** The attempt that asks a model. */
export interface AskingAttempt {
  /** Id of the workflow; undefined: it is not known. */
  readonly workflow: string | undefined;
  /** Names this one request of the attempt among all. */
  readonly trace: string;
  /**
   * Is told what each request that was sent to a model for it has taken, whatever became of it: retries, rounds of repair,
   * other ways to a model. All of them before the answer is given, or the failure thrown.
   */
  readonly spent: (report: UsageReport) => void;
  /** Sent with every request to a model that goes by HTTP. Absent: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A language model for tasks that can tell more of what it takes than an answer says. */
export interface LlmSource extends LlmService {
  /** Absent: an attempt is booked one call a request, with what the answer says of it. */
  generateFor?(attempt: AskingAttempt, request: LlmRequest): Promise<LlmAnswer>;
}

/** What the platform offers to tasks, as the host has it. */
export interface HostServices extends TaskServices {
  readonly llm?: LlmSource;
  readonly components?: ComponentSource;
}
