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

/** What was seen when a task was killed at every boundary. */
export class CertifiedTaskItem {
  @Given({ type: String, description: 'Id of the task.' }) task!: string;
  @Given({ enum: ['pure', 'read', 'idempotent', 'write'] }) declared!: string;
  @Given({ enum: ['none', 'exactly-once', 'at-least-once'], description: 'Its effects.' }) seen!: string;
  @Given({ type: 'integer', description: 'Places at which an attempt could have died.' }) boundaries!: number;
  @Given({ type: 'integer', description: 'Steps whose attempts were killed.' }) kills!: number;
  @Given({ type: 'integer', description: 'Of them: those after which an effect had happened twice.' })
  repeated!: number;
}

/** The certificate of a package: the word of its author, checked for nothing but the files that it is about. */
export class CertificateItem {
  @Given({ enum: ['certified', 'stale'], description: 'stale: it is not about these files.' }) state!: string;
  @Given({ type: String, required: false, description: 'Why it is stale.' }) reason?: string;
  @Given({ type: String, required: false, description: 'Version of Harmonia that certified.' }) harmonia?: string;
  @Given({ type: String, format: 'date-time', required: false }) date?: string;
  @Given({ type: [CertifiedTaskItem], required: false }) tasks?: CertifiedTaskItem[];
}

/** A plugin. */
export class PluginItem {
  @Given({ type: String }) id!: string;
  @Given(text) version!: string | null;
  @Given(text) description!: string | null;
  @Given({ enum: ['built-in', 'folder', 'installed', 'application'] }) origin!: string;
  @Given({ type: Boolean }) enabled!: boolean;
<<<<<<< HEAD
  @Given({ type: InstallationItem, nullable: true }) installation!: InstallationItem | null;
  @Given({ type: CertificateItem, nullable: true }) certificate!: CertificateItem | null;
=======
  @Given({ ...INSTALLATION, description: 'null: it was not installed.' }) installation!: object | null;
>>>>>>> a4ea04d19212ada71d5ce6633d7e610209812b58
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
