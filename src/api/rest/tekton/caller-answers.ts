import { ApiProperty } from '@nestjs/swagger';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const anyObject = { type: 'object', additionalProperties: true } as const;
const anyJson = { description: 'Any JSON.', anyOf: [{}] };
const orNull = { nullable: true } as const;
const text = { type: String } as const;
const time = { type: String, format: 'date-time' } as const;
const uuid = { type: String, format: 'uuid' } as const;

class OfferedActionWords {
  @Given(text) name!: string;
  @Given(text) description!: string;
}

/** What Harmonia does for other components. */
export class OfferedActionsAnswer {
  @Given({ type: [String] }) actions!: string[];
  @Given({ type: [String] }) capabilities!: string[];
  @Given({ type: [OfferedActionWords] }) details!: OfferedActionWords[];
}

/** JSON Schema of the params of an action. */
export class OwnActionSchemaAnswer {
  @Given(text) action!: string;
  @Given(anyObject) schema!: object;
  @Given({ ...anyObject, description: 'The same.' }) parameters!: object;
}

export class MessageReplyAnswer {
  @Given({ ...text, description: 'What the message was taken for.' }) intent!: string;
  @Given({ ...text, description: 'For a person; what a model said in it nobody has checked.' }) response!: string;
  @Given(anyJson) details!: unknown;
}

class SprintTaskWords {
  @Given(text) id!: string;
  @Given(text) name!: string;
  @Given({ ...text, ...orNull }) type!: string | null;
  @Given({ type: Number, ...orNull }) hours!: number | null;
  @Given({ type: Number, ...orNull, description: 'The same as `hours`.' }) estimated_hours!: number | null;
  @Given(anyJson) complexity!: unknown;
  @Given({ ...text, ...orNull }) phase!: string | null;
  @Given({ type: [String], description: 'Ids of tasks.' }) dependencies!: string[];
  @Given(text) status!: string;
  @Given(text) description!: string;
  @Given({ ...text, ...orNull, description: 'Who does it; null: nobody yet.' }) component!: string | null;
  @Given({ enum: ['assigned', 'named', 'mapped'], ...orNull, description: 'Why: a person, the task, its kind.' })
  assigned_because!: string | null;
}

/** A task of a sprint. */
export class SprintTaskAnswer extends SprintTaskWords {}

/** A sprint of the platform, as its files tell. */
export class SprintAnswer {
  @Given({ ...text, description: 'The name of its directory.' }) id!: string;
  @Given(text) name!: string;
  @Given({ ...text, ...orNull, description: 'As its log says.' }) status!: string | null;
  @Given(text) description!: string;
  @Given({ ...time, ...orNull }) created_date!: string | null;
  @Given({ ...text, ...orNull }) updated!: string | null;
  @Given({ ...text, ...orNull }) updated_by!: string | null;
  @Given({ ...text, ...orNull }) priority!: string | null;
  @Given({ ...text, description: 'Below TEKTON_ROOT.' }) path!: string;
  @Given({ type: [SprintTaskWords] }) tasks!: SprintTaskWords[];
  @Given({ type: Number }) total_hours!: number;
  @Given({ type: [String], description: 'Files of it that can not be used, and why.' }) problems!: string[];
  @Given({ ...uuid, ...orNull, required: false, description: 'Of one sprint: the workflow that was made of it.' })
  workflow_id?: string | null;
}

export class SprintWorkflowAnswer {
  @Given(text) sprint_id!: string;
  @Given(text) sprint_name!: string;
  @Given(uuid) workflow_id!: string;
  @Given(text) workflow_name!: string;
  @Given(text) version!: string;
  @Given({ type: 'integer' }) task_count!: number;
  @Given({ enum: ['created', 'updated', 'unchanged'] }) change!: string;
  @Given({ type: 'array', items: anyObject }) warnings!: object[];
}

export class SprintExportAnswer {
  @Given(text) sprint_id!: string;
  @Given(text) sprint_name!: string;
  @Given(uuid) workflow_id!: string;
  @Given({ ...anyObject, description: 'What Synthesis gets.' }) document!: object;
  @Given({ type: Boolean }) dry_run!: boolean;
  @Given({ ...text, required: false }) status?: string;
  @Given({ ...text, ...orNull, description: 'Where it was written, below TEKTON_ROOT.' }) path!: string | null;
  @Given({ ...text, ...orNull }) handoff_id!: string | null;
  @Given({ ...text, ...orNull }) handoff_path!: string | null;
}

export class SprintStatusAnswer {
  @Given(text) sprint_id!: string;
  @Given(text) sprint_name!: string;
  @Given(text) status!: string;
  @Given({ ...text, ...orNull }) previous_status!: string | null;
}

/** An answer to a hand-off: the words of all three forms in which it is asked for. Which are there depends on the action. */
export class HandoffAnswer {
  @Given({ enum: ['success', 'error', 'ignored', 'not_implemented'] }) status!: string;
  @Given({ type: Boolean }) success!: boolean;
  @Given(text) component!: string;
  @Given({ ...text, required: false }) message?: string;
  @Given({ ...text, required: false, description: 'Of an error: the message once more.' }) reason?: string;
}

/** An entry of the history of an instance. */
export class InstanceEntry {
  @Given(time) timestamp!: string;
  @Given({ ...text, ...orNull }) step_id!: string | null;
  @Given(text) event_type!: string;
  @Given(anyObject) event_data!: object;
}

export class InstanceStateAnswer {
  @Given(uuid) execution_id!: string;
  @Given({ ...anyObject, description: 'Variables of the workflow.' }) state!: object;
}

export class InstanceDebugAnswer {
  @Given(anyObject) instance!: object;
  @Given({ type: 'array', items: anyObject }) tasks!: object[];
  @Given(anyObject) state!: object;
  @Given({ type: 'array', items: anyObject }) logs!: object[];
}

export class EvaluatedAnswer {
  @Given(anyJson) result!: unknown;
}

export class WorkflowStateAnswer {
  @Given(uuid) workflow_id!: string;
  @Given({ ...uuid, ...orNull, description: 'The latest execution; null: it has never run.' }) execution_id!:
    string | null;
  @Given({ ...text, ...orNull }) status!: string | null;
  @Given({ ...anyObject, description: 'How its tasks stand, by id.' }) task_statuses!: object;
  @Given({ ...anyObject, description: 'Its variables.' }) state!: object;
}
