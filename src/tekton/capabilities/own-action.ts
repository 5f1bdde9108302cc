import type { JsonObject } from '../../kernel/index.js';
import type { Needed } from '../ports/index.js';

/** Something that Harmonia does for others. */
export interface OwnAction {
  readonly name: string;
  readonly description: string;
  /** What its caller must be allowed to do. */
  readonly needed: Needed;
  /** JSON Schema of its params. */
  readonly params: JsonObject;
  /** `params` fit the schema. */
  readonly run: (params: JsonObject, key: string | undefined) => Promise<JsonObject>;
}

const text = { type: 'string', minLength: 1, maxLength: 255 };

/** Words of schemas. */
export const WORDS = {
  text,
  id: { ...text, description: 'A UUID.' },
  object: { type: 'object', additionalProperties: true },
  any: true,
  flag: { type: 'boolean' },
} as const satisfies Record<string, JsonObject | true>;

/** An object of these params and no other. */
export const paramsOf = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

/** An object of these params and whatever else there is. */
export const openParamsOf = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  ...paramsOf(properties, required),
  additionalProperties: true,
});
