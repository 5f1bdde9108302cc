import type { Json, JsonObject } from '../kernel/index.js';

/** Who we are, to Hermes and to those who ask it. */
export interface Announcement {
  /** Ours for good: registered again under it we replace ourselves. */
  readonly componentId: string;
  /** The launcher's and the status tool's key: they find us by it. */
  readonly name: string;
  readonly version: string;
  readonly capabilities: readonly string[];
  readonly metadata: JsonObject;
}

/** What a registration says. Hermes takes capabilities as texts only; what is more to say of them stands in `metadata`. */
export const registrationOf = (announcement: Announcement, endpoint: string): Record<string, Json> => {
  const { componentId, name, version, capabilities, metadata } = announcement;
  return {
    ...{ component_id: componentId, name, version, type: name, endpoint },
    ...{ capabilities: [...capabilities], metadata },
  };
};
