import { ApiProperty } from '@nestjs/swagger';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const schema = { type: 'object', additionalProperties: true, nullable: true, description: 'JSON Schema 2020-12.' };
const text = { type: String, nullable: true };

/** A kind of task, as a workflow may use it. */
export class TaskTypeItem {
  @Given({ type: String }) type!: string;
  @Given({ type: String }) title!: string;
  @Given({ type: String }) description!: string;
  @Given({ ...text, description: 'An emoji, or the data: URL of an image.' }) icon!: string | null;
  @Given({ enum: ['pure', 'read', 'idempotent', 'write'] }) effects!: string;
  @Given(schema) input!: object | null;
  @Given(schema) output!: object | null;
  @Given({ ...schema, description: 'Places for credentials: by name `{types, optional?}`.' }) credentials!:
    object | null;
  @Given({ ...schema, description: 'Retry policy of tasks that state none.' }) retry!: object | null;
  @Given({ type: Number, nullable: true, description: 'Seconds.' }) timeout!: number | null;
  @Given({ type: Number, nullable: true, description: 'Seconds.' }) heartbeat!: number | null;
  @Given({ ...schema, description: 'What undoes it: `{type, input?}`.' }) compensate!: object | null;
}

/** A kind of trigger. */
export class TriggerTypeItem {
  @Given({ type: String }) type!: string;
  @Given({ type: String }) title!: string;
  @Given({ type: String }) description!: string;
  @Given(text) icon!: string | null;
  @Given(schema) params!: object | null;
  @Given(schema) payload!: object | null;
  @Given({ ...schema, description: 'Places for credentials.' }) credentials!: object | null;
}

const INSTALLATION = {
  type: 'object',
  nullable: true,
  required: ['source', 'integrity', 'trusted'],
  properties: {
    source: { type: 'string' },
    integrity: { type: 'string', description: 'SHA-512 of its files, as npm writes it.' },
    trusted: { type: 'boolean', description: 'Its code runs in the process of the service.' },
  },
};

const CERTIFIED_TASK = {
  type: 'object',
  required: ['task', 'declared', 'seen', 'boundaries', 'kills', 'repeated'],
  properties: {
    task: { type: 'string', description: 'Id of the task.' },
    declared: { type: 'string', enum: ['pure', 'read', 'idempotent', 'write'] },
    seen: { type: 'string', enum: ['none', 'exactly-once', 'at-least-once'], description: 'Its effects.' },
    boundaries: { type: 'integer', description: 'Places at which an attempt could have died.' },
    kills: { type: 'integer', description: 'Steps whose attempts were killed.' },
    repeated: { type: 'integer', description: 'Of them: those after which an effect had happened twice.' },
  },
};

const CERTIFICATE = {
  type: 'object',
  nullable: true,
  required: ['state'],
  properties: {
    state: { type: 'string', enum: ['certified', 'stale'], description: 'stale: it is not about these files.' },
    reason: { type: 'string', description: 'Why it is stale.' },
    harmonia: { type: 'string', description: 'Version of Harmonia that certified.' },
    date: { type: 'string', format: 'date-time' },
    tasks: { type: 'array', items: CERTIFIED_TASK },
  },
};

/** A plugin. */
export class PluginItem {
  @Given({ type: String }) id!: string;
  @Given(text) version!: string | null;
  @Given(text) description!: string | null;
  @Given({ enum: ['built-in', 'folder', 'installed', 'application'] }) origin!: string;
  @Given({ type: Boolean }) enabled!: boolean;
  @Given({ ...INSTALLATION, description: 'null: it was not installed.' }) installation!: object | null;
  @Given({ ...CERTIFICATE, description: 'The word of its author, checked for the files that it is about; null: none.' })
  certificate!: object | null;
  @Given({ type: [String], description: 'Versions before this one that executions under way still use.' })
  older_versions!: string[];
  @Given({ type: [String] }) services!: string[];
  @Given({ type: [String] }) hosts!: string[];
  @Given({ type: [TaskTypeItem] }) tasks!: TaskTypeItem[];
  @Given({ type: [TriggerTypeItem] }) triggers!: TriggerTypeItem[];
  @Given({ type: 'integer', description: 'Templates that it brings along.' }) templates!: number;
}

/** The settings of a plugin. */
export class PluginConfigAnswer {
  @Given({ type: 'object', additionalProperties: true, description: 'As its tasks see them.' }) config!: object;
  @Given({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'JSON Schemas that the settings must fit, all of them.',
  })
  schemas!: object[];
}
