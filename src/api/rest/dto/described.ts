import { ApiBody, ApiHeader, ApiResponse } from '@nestjs/swagger';

type Decorated = MethodDecorator & ClassDecorator;

/** Takes an `Idempotency-Key`. */
export const Keyed = (description = 'Makes the request safe to repeat.'): Decorated =>
  ApiHeader({ name: 'Idempotency-Key', required: false, description });

/** Refuses a body with every fault of it. */
export const Faulty = (): Decorated => ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer.' });

/** There may be none of that id. */
export const Missing = (code: string): Decorated => ApiResponse({ status: 404, description: code });

/** Answers with server-sent events, in that order. */
export const Streamed = (description = 'Server-sent events.'): Decorated =>
  ApiResponse({ status: 200, description, content: { 'text/event-stream': { schema: { type: 'string' } } } });

const anyObject = { type: 'object', additionalProperties: true } as const;

/** Takes a workflow, in any dialect: these are the words of the canonical one. */
export const WorkflowBody = (): MethodDecorator =>
  ApiBody({
    schema: {
      ...anyObject,
      description: 'A workflow as docs/dialects.md has it.',
      properties: {
        name: { type: 'string' },
        description: { type: 'string' },
        version: { type: 'string', description: 'Of semver; 1.0.0 when absent.' },
        input_schema: { ...anyObject, description: 'JSON Schema.' },
        tasks: { description: 'By id, or a list.', anyOf: [anyObject, { type: 'array', items: anyObject }] },
        output: { description: 'Any JSON; with expressions.', anyOf: [{}] },
        metadata: anyObject,
      },
    },
  });
