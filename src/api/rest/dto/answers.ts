import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { BudgetOrNull, UsageOrNull, type BudgetWords, type UsageWords } from './budget-answers.js';
import { PUBLIC_TYPES } from '../../contract/index.js';
import { CANARY_OR_NULL, CanaryAnswer } from './version-answers.js';

const anyObject = { type: 'object', additionalProperties: true } as const;
const orNull = { nullable: true } as const;
const anyJson = { description: 'Any JSON.', anyOf: [{}] };
const failureOrNull = {
  anyOf: [{ $ref: '#/components/schemas/FailureWords' }, { type: 'object', nullable: true, enum: [null] }],
};
const STATUSES = ['pending', 'waiting', 'running', 'completed', 'failed', 'skipped', 'canceled'];
const EVENT_NAMES = Object.keys(PUBLIC_TYPES);
const time = { type: String, format: 'date-time' } as const;
const id = { type: String, format: 'uuid' } as const;

const Given = (options: object): PropertyDecorator => ApiProperty(options);

/** A fault of a document or request. */
export class FaultAnswer {
  @Given({ type: String }) code!: string;
  @Given({ type: String, description: 'RFC 6901 pointer.' }) pointer!: string;
  @Given({ type: String }) message!: string;
  @Given({ type: String }) cure!: string;
}

class ErrorDetails {
  @Given({ type: String }) cure!: string;
  @Given({ type: [FaultAnswer], required: false }) faults?: FaultAnswer[];
}

class ErrorWords {
  @Given({ type: String, description: 'See docs/errors.md.' }) code!: string;
  @Given({ type: String }) message!: string;
  @Given({ type: ErrorDetails }) details!: ErrorDetails;
}

/** The body of every error. */
export class ErrorAnswer {
  @Given({ type: ErrorWords }) error!: ErrorWords;
  @Given({ type: String, description: 'The message once more.' }) detail!: string;
  @Given({ type: String, description: 'And once more.' }) message!: string;
  @Given({ type: String }) component!: string;
  @Given({ type: String, description: 'As the header X-Request-ID of the answer says it.', required: false })
  requestId?: string;
  @Given(time) timestamp!: string;
}

/** A workflow as lists show it. */
export class WorkflowItem {
  @Given(id) id!: string;
  @Given(id) workflow_id!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: [String] }) tags!: string[];
  @Given({ type: 'integer' }) task_count!: number;
  @Given({ enum: ['Active', 'Draft'] }) status!: string;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

/** A workflow with one of its versions. */
@ApiExtraModels(CanaryAnswer)
export class WorkflowAnswer extends WorkflowItem {
  @Given({ type: String, description: 'Content hash of the document.' }) definition_hash!: string;
  @Given(anyObject) tasks!: object;
  @Given(anyObject) input_schema!: object;
  @Given(anyObject) output_schema!: object;
  @Given({ ...anyObject, description: 'With draft, draft_saved_at and draft_data when a draft was saved.' })
  metadata!: object;
  @Given({ ...anyObject, description: 'The canonical document.' }) workflow_definition!: object;
  @ApiProperty(CANARY_OR_NULL) canary!: CanaryAnswer | null;
}

export class DraftAnswer {
  @Given(id) workflow_id!: string;
  @Given({ type: String }) draft_id!: string;
  @Given(time) saved_at!: string;
}

export class ValidationAnswer {
  @Given({ type: Boolean }) valid!: boolean;
  @Given({ type: String, ...orNull }) dialect!: string | null;
  @Given({ type: [FaultAnswer] }) faults!: FaultAnswer[];
  @Given({ type: [FaultAnswer] }) warnings!: FaultAnswer[];
  @Given({ ...anyObject, ...orNull, description: 'The canonical document.' }) document!: object | null;
}

class DurationStatistics {
  @Given({ type: Number, ...orNull }) p50_seconds!: number | null;
  @Given({ type: Number, ...orNull }) p95_seconds!: number | null;
  @Given({ type: 'integer' }) sample!: number;
}

export class StatisticsAnswer {
  @Given(id) workflow_id!: string;
  @Given({ type: 'integer' }) executions!: number;
  @Given({ type: 'object', additionalProperties: { type: 'integer' } }) by_status!: object;
  @Given({ type: DurationStatistics }) duration!: DurationStatistics;
  @Given({ type: 'object', additionalProperties: { type: 'integer' } }) failed_steps!: object;
}

/** An execution as lists show it. */
export class ExecutionItem {
  @Given(id) id!: string;
  @Given(id) execution_id!: string;
  @Given(id) workflow_id!: string;
  @Given({ type: String }) workflow_name!: string;
  @Given({ type: String }) workflow_version!: string;
  @Given({ enum: ['running', 'paused', 'completed', 'failed', 'canceled'] }) status!: string;
  @Given(anyObject) metadata!: object;
  @Given({ ...id, ...orNull }) restored_from!: string | null;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
  @Given(time) started_at!: string;
  @Given({ ...time, ...orNull }) completed_at!: string | null;
  @Given({ type: String, ...orNull, description: 'ISO 8601.' }) duration!: string | null;
  @Given({ type: Number, ...orNull }) duration_seconds!: number | null;
  @Given({ type: 'integer' }) task_count!: number;
  @Given({ type: 'integer' }) completed_tasks!: number;
  @Given({ type: 'integer' }) failed_tasks!: number;
  @Given({ type: Boolean }) has_error!: boolean;
  @Given({ type: String, ...orNull }) error_message!: string | null;
  @Given({ type: 'integer' }) completion_percentage!: number;
}

class ProgressWords {
  @Given({ type: 'integer' }) completed_tasks!: number;
  @Given({ type: 'integer' }) total_tasks!: number;
  @Given({ type: 'integer' }) failed_tasks!: number;
  @Given({ type: 'integer' }) skipped_tasks!: number;
  @Given({ type: String, ...orNull }) current_task!: string | null;
  @Given({ type: [String] }) current_tasks!: string[];
  @Given({ type: 'integer' }) percentage!: number;
}

class FailureWords {
  @Given({ type: String, required: false }) kind?: string;
  @Given({ type: String }) code!: string;
  @Given({ type: String, ...orNull }) message!: string | null;
}

/** An execution whole: flattened, and once more in `execution`, `workflow_definition` and `summary`. */
export class ExecutionAnswer extends ExecutionItem {
  @Given(anyObject) input!: object;
  @Given(anyJson) output!: unknown;
  @Given(failureOrNull) error!: FailureWords | null;
  @UsageOrNull() usage!: UsageWords | null;
  @BudgetOrNull() budget!: BudgetWords | null;
  @Given({ type: ProgressWords }) progress!: ProgressWords;
  @Given({ type: 'object', additionalProperties: { enum: STATUSES } }) task_statuses!: object;
  @Given({ type: 'object', additionalProperties: anyObject }) task_status!: object;
  @Given({ type: ExecutionItem }) execution!: ExecutionItem;
  @Given({ type: ExecutionItem }) summary!: ExecutionItem;
  @Given(anyObject) workflow_definition!: object;
}

export class TaskRunAnswer {
  @Given({ type: String }) id!: string;
  @Given({ type: String }) task_id!: string;
  @Given({ type: String }) step!: string;
  @Given({ type: String, ...orNull, description: 'Address of the construct that holds the step.' }) parent!:
    string | null;
  @Given({ type: String }) name!: string;
  @Given({ type: String }) type!: string;
  @Given({ enum: STATUSES }) status!: string;
  @Given({ type: String, ...orNull }) cause!: string | null;
  @Given({ type: 'integer' }) generation!: number;
  @Given({ type: 'integer' }) attempt!: number;
  @Given({ type: 'integer' }) retries!: number;
  @Given({ ...time, ...orNull }) started_at!: string | null;
  @Given({ ...time, ...orNull }) completed_at!: string | null;
  @Given({ ...time, ...orNull }) next_attempt_at!: string | null;
  @Given({ ...anyObject, ...orNull }) input!: object | null;
  @Given(anyJson) output!: unknown;
  @Given(failureOrNull) error!: FailureWords | null;
}

export class EventAnswer {
  @Given({ enum: EVENT_NAMES, description: 'The documented name: `execution_started`, `task_completed`.' })
  type!: string;
  @Given({ enum: EVENT_NAMES, description: 'Upstream’s name: `workflow_started`, `task_completed`.' })
  event_type!: string;
  @Given({ type: String }) id!: string;
  @Given({ type: 'integer' }) sequence!: number;
  @Given({ type: 'integer', required: false }) part?: number;
  @Given({ type: 'integer', required: false }) position?: number;
  @Given(id) execution_id!: string;
  @Given(id) workflow_id!: string;
  @Given({ type: String, ...orNull }) task_id!: string | null;
  @Given({ type: String, ...orNull }) step!: string | null;
  @Given({ type: String, ...orNull }) task_name!: string | null;
  @Given({ type: String }) message!: string;
  @Given(time) timestamp!: string;
  @Given(anyObject) details!: object;
  @Given(anyObject) data!: object;
}

/** What streams tell of a running attempt between its events. */
export class ProgressEventAnswer {
  @Given({ enum: ['task_progress'] }) type!: string;
  @Given({ enum: ['task_progress'] }) event_type!: string;
  @Given(id) execution_id!: string;
  @Given({ ...id, ...orNull }) workflow_id!: string | null;
  @Given({ type: String }) task_id!: string;
  @Given({ type: String }) task_name!: string;
  @Given({ type: String }) step!: string;
  @Given({ type: Number, description: 'From 0 to 1.' }) progress!: number;
  @Given({ type: String, ...orNull }) message!: string | null;
  @Given(time) timestamp!: string;
  @Given(anyObject) data!: object;
}

export class LogAnswer {
  @Given(time) timestamp!: string;
  @Given({ type: String }) level!: string;
  @Given({ type: String }) step!: string;
  @Given({ type: String }) task_id!: string;
  @Given({ type: 'integer' }) attempt!: number;
  @Given({ type: String }) message!: string;
  @Given(anyJson) details!: unknown;
}

export class TimelineAnswer {
  @Given(id) execution_id!: string;
  @Given(time) started_at!: string;
  @Given({ ...time, ...orNull }) completed_at!: string | null;
  @Given({ type: 'array', items: anyObject }) tasks!: object[];
}

export class MetricsAnswer {
  @Given(id) execution_id!: string;
  @Given({ type: Number, ...orNull }) total_duration_seconds!: number | null;
  @Given({ type: 'object', additionalProperties: { type: 'number' } }) task_durations!: object;
  @Given({ type: 'object', additionalProperties: { type: 'number' } }) task_wait_times!: object;
  @Given({ type: 'object', additionalProperties: { type: 'integer' } }) retry_counts!: object;
  @Given({ type: 'object', additionalProperties: { type: 'integer' } }) error_counts!: object;
  @Given({ type: 'integer' }) checkpoint_count!: number;
  @Given({ type: Number, ...orNull }) average_task_duration_seconds!: number | null;
  @Given({ type: [String] }) critical_path!: string[];
}

export class ProofAnswer {
  @Given(id) execution_id!: string;
  @Given({ type: Boolean }) verified!: boolean;
  @Given({ type: 'integer', description: 'Events that are as they were written, from the first on.' }) events!: number;
  @Given({ type: String, ...orNull, description: 'Keep it elsewhere: no other journal has it. Null unless verified.' })
  head!: string | null;
  @Given({
    enum: [
      ...['not_chained', 'out_of_sequence', 'link_missing', 'link_differs'],
      ...['payload_differs', 'archive_unreadable', 'tables_differ'],
    ],
    required: false,
    description: 'Why it is not verified; the message says it in words.',
  })
  reason?: string;
  @Given({ type: 'integer', required: false, description: 'The first event that is not proven.' })
  first_bad_seq?: number;
}

/** What an execution was told. */
export class SteeredAnswer {
  @Given(id) execution_id!: string;
  @Given({ enum: ['running', 'paused', 'canceled'] }) status!: string;
}

export class VariablesOfBody {
  @Given({ type: String, description: 'Address of the body: /group, /each[3].' }) step!: string;
  @Given(anyObject) variables!: object;
}

/** The variables of an execution. */
export class VariablesAnswer {
  @Given(id) execution_id!: string;
  @Given({ ...anyObject, description: 'Of the workflow.' }) variables!: object;
  @Given({ type: [VariablesOfBody], description: 'Of bodies that have begun and have some.' })
  bodies!: VariablesOfBody[];
}

/** Where an event went. */
export class DeliveredAnswer {
  @Given(id) event_id!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: [String], description: 'Executions that have it.' }) delivered!: string[];
}

export class CalledBackAnswer {
  @Given(id) execution_id!: string;
}

/** An approval that waits for an answer. */
export class OpenApprovalItem {
  @Given(id) execution_id!: string;
  @Given(id) workflow_id!: string;
  @Given({ type: String }) workflow_name!: string;
  @Given({ type: String, description: 'Address of the step.' }) step!: string;
  @Given({ type: String }) task_id!: string;
  @Given(time) since!: string;
  @Given({ ...time, ...orNull }) until!: string | null;
  @Given({ type: [String], description: 'Who may answer; nobody named: anybody.' }) by!: string[];
  @Given({ type: String }) message!: string;
}

class PlannedStep {
  @Given({ type: String, description: 'Address of the step.' }) step!: string;
  @Given({ type: String, description: 'See docs/semantics.md.' }) reason!: string;
  @Given({ type: String, required: false, description: 'The step that this follows from.' }) because?: string;
}

/** What a re-execution does, or would do. */
export class ReexecutionAnswer {
  @Given({ ...id, description: 'The execution that goes on: a new one after fork and restore.' }) execution_id!: string;
  @Given({ type: String }) operation!: string;
  @Given({ type: Boolean }) dry_run!: boolean;
  @Given({ type: [PlannedStep] }) kept!: PlannedStep[];
  @Given({ type: [PlannedStep] }) reset!: PlannedStep[];
  @Given({ type: [PlannedStep] }) created!: PlannedStep[];
}

class MigrationObstacle {
  @Given({ type: String, description: 'Address of the step or scope; empty: the execution.' }) step!: string;
  @Given({ type: String }) reason!: string;
}

class MustFinish {
  @Given(id) execution_id!: string;
  @Given({ type: [MigrationObstacle] }) reasons!: MigrationObstacle[];
}

/** What a migration does to open executions, or would do. */
export class MigrationAnswer {
  @Given({ type: String }) to_version!: string;
  @Given({ type: Boolean }) dry_run!: boolean;
  @Given({ type: [String], description: 'Nothing that is yet to happen to them differs: they stay.' })
  unaffected!: string[];
  @Given({ type: [String], description: 'They go on with the version, all in one transaction.' }) migratable!: string[];
  @Given({ type: [MustFinish], description: 'They stay, and why.' }) must_finish!: MustFinish[];
  @Given({ type: 'integer', description: '0 after a dry run.' }) migrated!: number;
}

export class CheckpointItem {
  @Given(id) id!: string;
  @Given(id) checkpoint_id!: string;
  @Given(id) execution_id!: string;
  @Given({ type: 'integer' }) sequence!: number;
  @Given({ type: String, ...orNull }) name!: string | null;
  @Given({ type: String, ...orNull }) description!: string | null;
  @Given(time) created_at!: string;
}

export class CheckpointAnswer extends CheckpointItem {
  @Given(id) workflow_id!: string;
  @Given({ type: String }) workflow_version!: string;
  @Given({ enum: ['running', 'paused', 'completed', 'failed', 'canceled'] }) workflow_status!: string;
  @Given({ type: [String] }) completed_tasks!: string[];
  @Given({ type: 'object', additionalProperties: { enum: STATUSES } }) task_statuses!: object;
  @Given({ type: 'object', additionalProperties: anyObject }) task_states!: object;
  @Given({ ...anyObject, description: 'input, output, metadata, and task_results by id.' }) state_data!: object;
}

export class CheckpointCheck extends CheckpointItem {
  @Given({ type: Boolean }) valid!: boolean;
  @Given({ type: [FaultAnswer] }) faults!: FaultAnswer[];
}

/** Schemas that others refer to by name. */
export const NAMED = [ErrorAnswer, FailureWords, ProgressEventAnswer];
