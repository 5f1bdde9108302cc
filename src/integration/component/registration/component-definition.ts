import type { Millis } from '../../../kernel/index.js';
import type { SignatureScheme } from '../../webhook/index.js';
import type { ResultPath } from './result-path.js';

export const PARAMETER_TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'any'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export const PARAMETER_PLACES = ['path', 'query', 'header', 'body'] as const;
export type ParameterPlace = (typeof PARAMETER_PLACES)[number];

export const ACTION_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type ActionMethod = (typeof ACTION_METHODS)[number];

export interface ComponentParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly in: ParameterPlace;
}

export interface ComponentAction {
  readonly name: string;
  readonly description: string | undefined;
  /** Below the base; `{id}` stands for a parameter. */
  readonly path: string;
  readonly method: ActionMethod;
  readonly parameters: readonly ComponentParameter[];
  /** Absent: the answer is the result, taken out of the platform's envelope if it is in one. */
  readonly result: { readonly text: string; readonly path: ResultPath } | undefined;
  /** Of the whole exchange. Absent: as long as the task may take. */
  readonly timeout: Millis | undefined;
}

export const COMPONENT_AUTH_TYPES = ['none', 'basic', 'bearer', 'api_key', 'hmac'] as const;
export type ComponentAuthType = (typeof COMPONENT_AUTH_TYPES)[number];

/** How Harmonia proves who it is. `credential` is a name; empty: the secret that came with the registration. */
export type ComponentAuth =
  | { readonly type: 'none' }
  | { readonly type: 'basic' | 'bearer'; readonly credential: string }
  | { readonly type: 'hmac'; readonly credential: string; readonly scheme: SignatureScheme }
  | {
      readonly type: 'api_key';
      readonly credential: string;
      /** Absent both: as the credential says, else the header X-API-Key. */
      readonly place: { readonly in: 'header' | 'query'; readonly name: string } | undefined;
    };

/** A component as somebody registered it. */
export interface ComponentDefinition {
  readonly name: string;
  readonly description: string | undefined;
  /** http or https, without a slash at its end. */
  readonly base: string;
  /** It takes the place of one that Harmonia knows. */
  readonly replace: boolean;
  readonly actions: ReadonlyMap<string, ComponentAction>;
  readonly auth: ComponentAuth;
}

/** One name for all spellings of it. */
export const keyOf = (name: string): string => name.toLowerCase();
