import type { Json, JsonObject } from '../../../kernel/index.js';

/** A capability with all that can be said of it. Hermes takes texts only: its id is one, the rest travels in `metadata`. */
export interface Capability {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly parameters?: JsonObject;
}

/** What a component says of itself to Hermes, and to those who ask it. */
export interface Registration {
  /** Fixed: registering again under it replaces the entry. */
  readonly componentId: string;
  /** In lower case: the launcher and the status tool of the platform compare it with the component's key. */
  readonly name: string;
  readonly version: string;
  /** Default: the name. */
  readonly type?: string;
  /** A text is what others search by, and nothing more. */
  readonly capabilities: readonly (string | Capability)[];
  readonly metadata?: JsonObject;
}

/** The body of a registration (tekton-platform 2.1). `endpoint`: the base address under which others reach the component. */
export const registrationBody = (registration: Registration, endpoint: string): Record<string, Json> => {
  const { componentId, name, version, type = name, capabilities, metadata = {} } = registration;
  const rich = capabilities.filter((one) => typeof one === 'object').map((one): Json => ({ ...one }));
  return {
    ...{ component_id: componentId, name, version, type, endpoint },
    capabilities: capabilities.map((one) => (typeof one === 'string' ? one : one.id)),
    metadata: { ...metadata, ...(rich.length > 0 && { capabilities: rich }) },
  };
};
