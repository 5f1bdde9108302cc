import { ApiProperty } from '@nestjs/swagger';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const anyObject = { type: 'object', additionalProperties: true } as const;
const anyJson = { description: 'Any JSON.', anyOf: [{}] };
const orNull = { nullable: true } as const;
const time = { type: String, format: 'date-time' } as const;
const SOURCES = ['registered', 'configured', 'discovered', 'table'];
const text = { type: String } as const;

class CircuitWords {
  @Given({ type: String, description: 'Its name among the destinations.' }) destination!: string;
  @Given({ enum: ['closed', 'open', 'half_open'] }) state!: string;
  @Given({ type: 'integer' }) failures!: number;
  @Given({ ...time, ...orNull }) since!: string | null;
  @Given({ ...time, ...orNull }) until!: string | null;
}

/** A component of a list with details. */
export class ComponentItem {
  @Given(text) name!: string;
  @Given({
    enum: SOURCES,
    description: 'discovered: Hermes lists it; table: Harmonia knows its calls, and no address.',
  })
  source!: string;
  @Given({ ...text, ...orNull }) description!: string | null;
  @Given({ ...text, ...orNull }) base_url!: string | null;
  @Given({ type: CircuitWords }) circuit!: CircuitWords;
  @Given({ type: [String], required: false }) action_names?: string[];
}

/** A component. One that was registered as it was, its secret masked. */
export class ComponentAnswer extends ComponentItem {
  @Given({ type: 'array', items: anyObject }) actions!: object[];
  @Given({ ...anyObject, required: false }) authentication?: object;
  @Given({ type: Boolean, required: false }) replace?: boolean;
  @Given({ ...time, required: false }) created_at?: string;
  @Given({ ...time, required: false }) updated_at?: string;
}

/** What an action takes. */
export class ActionSchemaAnswer {
  @Given(text) name!: string;
  @Given(text) component!: string;
  @Given({ enum: SOURCES }) source!: string;
  @Given({ ...text, ...orNull }) description!: string | null;
  @Given(text) method!: string;
  @Given(text) path!: string;
  @Given({ ...text, ...orNull }) result_path!: string | null;
  @Given({ type: Number, ...orNull, description: 'Seconds.' }) timeout!: number | null;
  @Given({ ...anyObject, description: 'JSON Schema of the params.' }) parameters!: object;
}

class TestFailureWords {
  @Given(text) code!: string;
  @Given(text) message!: string;
}

/** What came of a test. */
export class ComponentTestAnswer {
  @Given(text) component!: string;
  @Given({ type: Boolean }) ok!: boolean;
  @Given({ ...text, required: false }) path?: string;
  @Given({ ...text, required: false }) action?: string;
  @Given({ type: 'integer', ...orNull, description: 'Of HTTP; null when there was no good answer.' })
  status!: number | null;
  @Given({ type: 'integer' }) ms!: number;
  @Given({ ...anyJson, description: 'What came; a long one is cut.' }) answer!: unknown;
  @Given({
    anyOf: [{ $ref: '#/components/schemas/TestFailureWords' }, { type: 'object', nullable: true, enum: [null] }],
  })
  error!: TestFailureWords | null;
}

export class MappingAnswer {
  @Given(text) task_type!: string;
  @Given(text) component!: string;
  @Given({ type: Boolean }) is_default!: boolean;
  @Given({ ...time, ...orNull }) updated_at!: string | null;
}

export class MappedAnswer extends MappingAnswer {
  @Given({ ...text, ...orNull, description: 'The one that did such tasks before.' })
  previous_component!: string | null;
}

export class AssignmentAnswer {
  @Given(text) task_id!: string;
  @Given(text) component!: string;
  @Given(time) assignment_time!: string;
}

export class AssignedAnswer extends AssignmentAnswer {
  @Given({ ...text, ...orNull }) previous_component!: string | null;
}

export class UnassignedAnswer {
  @Given(text) task_id!: string;
  @Given({ type: 'object', nullable: true, enum: [null] }) component!: null;
  @Given({ ...text, ...orNull, description: 'Null: nobody had it.' }) previous_component!: string | null;
}

/** An action that somebody wrote down, or that the platform's page offers. */
export class NotedActionAnswer {
  @Given(text) component!: string;
  @Given(text) action!: string;
  @Given({ ...text, ...orNull }) description!: string | null;
  @Given(anyObject) parameters!: object;
  @Given(anyObject) metadata!: object;
  @Given({ type: Boolean }) is_default!: boolean;
  @Given({ ...time, ...orNull }) created_at!: string | null;
}

/** Schemas that others refer to by name. */
export const COMPONENT_WORDS = [CircuitWords, TestFailureWords];
