import type { ClassConstructor } from 'class-transformer';
import type { Permission } from '../../access/ports/index.js';
import type { About } from '../access/route-access.js';
import { bodySchema, type ObjectSchema } from '../rest/dto/body-schema.js';
import type { RateClass } from '../limits/http-limits.js';
import type { Asker } from './asker.js';
import type { Person } from './consent.js';
import type { ToolDesk } from './tool-desk.js';

export type Category =
  | 'workflow_management'
  | 'workflow_execution'
  | 'template_management'
  | 'component_integration'
  | 'workflow_optimization'
  | 'plugin_management'
  | 'service';

/** One call of a tool. */
export interface ToolCall {
  readonly asker: Asker;
  /** Who is asked before something is done that there is no way back from. */
  readonly person: Person;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Tells the caller how far it is; undefined: he does not want to know. `done` must grow from one time to the next. */
  readonly tell?: ((done: number, of: number, message: string) => void) | undefined;
}

interface ToolWords {
  /** Unique, without prefix: what people and models call it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly category: Category;
  readonly tags: readonly string[];
  /** What the caller must be allowed to do. */
  readonly access: Permission;
  /** What it is about, for callers that are limited to some workflows. */
  readonly about: About;
  /** Nothing is kept after it. Default: so it is with those that ask for `read`. */
  readonly keepsNothing?: boolean;
  /** Something may be gone after it. Default: nothing is. */
  readonly destroys?: boolean;
  /** A second equal call changes nothing more. Default: it may. Those that only read are. */
  readonly repeatable?: boolean;
  /** It reaches beyond this service: components, registries, models. Default: it does not. */
  readonly reachesOut?: boolean;
  /** Counted as requests of this kind, beside the request that it comes with. Default: that alone counts. */
  readonly rate?: RateClass;
  /** One of those that the Python Harmonia offers to Hermes, with its parameters and results. Default: it is not. */
  readonly isUpstream?: boolean;
  readonly output: ObjectSchema;
}

/** Needs the word of a person. */
export interface Consent<T> {
  /** What he is told is about to be done: `Delete the workflow "x"`. */
  readonly to: (desk: ToolDesk, given: T) => string | Promise<string>;
  /** Programs that speak for themselves say `confirm`, too. Default: only models, and clients that may be one. */
  readonly ofPrograms?: boolean;
}

/** Something that a program, most often a model, may ask of Harmonia. */
export interface Tool extends ToolWords {
  readonly input: ClassConstructor<object>;
  readonly inputSchema: ObjectSchema;
  /** Absent: nobody is asked. With it, `input` has a flag `confirm`. */
  readonly consent?: Consent<never> | undefined;
  /** `given` is an instance of `input` that was checked. Throws a `HarmoniaError`. */
  readonly run: (desk: ToolDesk, given: never, call: ToolCall) => object | Promise<object>;
}

export const defineTool = <T extends object>(
  words: ToolWords & {
    readonly input: ClassConstructor<T>;
    readonly consent?: Consent<T>;
    readonly run: (desk: ToolDesk, given: T, call: ToolCall) => object | Promise<object>;
  },
): Tool => ({ ...words, inputSchema: bodySchema(words.input) });

/** The schema of a result: these fields, by name with their schemas, all of them there; and maybe others. */
export const answer = (properties: Readonly<Record<string, object>>): ObjectSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

export const text = { type: 'string' } as const;
export const id = { type: 'string', format: 'uuid' } as const;
export const whole = { type: 'integer' } as const;
export const flag = { type: 'boolean' } as const;
export const object = { type: 'object' } as const;
export const textOrNull = { type: ['string', 'null'] } as const;
export const objectOrNull = { type: ['object', 'null'] } as const;
export const anything = {} as const;
export const listOf = (items: object): object => ({ type: 'array', items });
export const always = (word: string): object => ({ type: 'string', const: word });
