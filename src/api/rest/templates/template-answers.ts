import { ApiProperty } from '@nestjs/swagger';
import { FaultAnswer, WorkflowAnswer } from '../dto/answers.js';

const anyObject = { type: 'object', additionalProperties: true } as const;
const orNull = { nullable: true } as const;
const time = { type: String, format: 'date-time' } as const;
const id = { type: String, format: 'uuid' } as const;

const Given = (options: object): PropertyDecorator => ApiProperty(options);

/** A template as lists show it. */
export class TemplateItem {
  @Given(id) id!: string;
  @Given(id) template_id!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ type: String, ...orNull }) icon!: string | null;
  @Given({ type: String, description: 'Name of its first category.' }) category!: string;
  @Given({ type: [String] }) category_ids!: string[];
  @Given({ type: [String] }) tags!: string[];
  @Given({ type: Boolean }) is_public!: boolean;
  @Given(anyObject) metadata!: object;
  @Given({ type: String, description: 'The current one.' }) version!: string;
  @Given({ type: String }) current_version!: string;
  @Given({ type: 'integer' }) usage_count!: number;
  @Given({ type: String, ...orNull, description: 'The plugin that it comes with.' }) source!: string | null;
  @Given({ type: String, ...orNull }) created_by!: string | null;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

/** A template with one of its versions. */
export class TemplateAnswer extends TemplateItem {
  @Given({ ...anyObject, description: 'By name; those of its parents included.' }) parameters!: object;
  @Given({ ...anyObject, description: 'With {{params.name}} where values will stand; its parents merged in.' })
  workflow_definition!: object;
  @Given({ ...id, ...orNull }) workflow_definition_id!: string | null;
  @Given({ type: String, ...orNull }) extends!: string | null;
  @Given({ type: [String], description: 'Templates that it extends and includes.' }) references!: string[];
  @Given({ type: String }) dialect!: string;
  @Given({ type: String, ...orNull }) changes!: string | null;
  @Given({ type: 'array', items: anyObject, description: 'What happened to it, oldest first.' }) history!: object[];
  @Given({ type: [FaultAnswer], required: false }) warnings?: FaultAnswer[];
}

export class TemplateVersionItem {
  @Given(id) template_id!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: Boolean }) is_current!: boolean;
  @Given({ type: Boolean }) is_latest!: boolean;
  @Given({ type: String }) content_hash!: string;
  @Given({ type: String, ...orNull }) changes!: string | null;
  @Given(time) created_at!: string;
}

class InstantiationWords {
  @Given(id) id!: string;
  @Given(id) template_id!: string;
  @Given({ type: String }) template_version!: string;
  @Given(id) workflow_id!: string;
  @Given({ ...anyObject, description: 'Secrets are masked.' }) parameter_values!: object;
  @Given(time) created_at!: string;
}

/** A workflow that was made of a template. */
export class InstantiationAnswer extends WorkflowAnswer {
  @Given(id) template_id!: string;
  @Given({ type: String }) template_version!: string;
  @Given({ type: InstantiationWords }) instantiation!: InstantiationWords;
}

export class TemplatePreviewAnswer {
  @Given({ type: Boolean, enum: [true] }) valid!: boolean;
  @Given({ ...anyObject, description: 'The workflow that would be made.' }) workflow_definition!: object;
  @Given({ type: [FaultAnswer] }) warnings!: FaultAnswer[];
}

export class ExportAnswer {
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ type: String }) version!: string;
  @Given(anyObject) workflow_definition!: object;
  @Given({ anyOf: [anyObject, { type: 'array', items: {} }] }) parameters!: object;
  @Given({ type: [String] }) tags!: string[];
  @Given({ type: Boolean }) is_public!: boolean;
  @Given(anyObject) metadata!: object;
  @Given(time) created_at!: string;
  @Given({ type: 'integer' }) usage_count!: number;
}

export class CategoryAnswer {
  @Given(id) id!: string;
  @Given(id) category_id!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ ...id, ...orNull }) parent_id!: string | null;
}
