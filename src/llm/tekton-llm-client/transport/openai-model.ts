import { InvalidRequestError } from '../errors.js';
import type { OfferedModel } from './transport.js';

export interface ModelChoice {
  readonly transport: string;
  /** What the endpoint offers; it may fail. */
  readonly offered: (signal: AbortSignal) => Promise<readonly OfferedModel[]>;
  /** What Rhetor assigns to Harmonia; undefined: nothing, or there is no Rhetor. */
  readonly assigned: () => Promise<string | undefined>;
}

/**
 * The model to ask when neither the request nor the configuration names one: the only one that the endpoint offers;
 * else the one of them that Rhetor assigns. Several, and nobody says which: that is for the operator to say.
 */
export const modelChooser = ({ transport, offered, assigned }: ModelChoice) => {
  let found: string | undefined;
  return async (asked: string | undefined, signal: AbortSignal): Promise<string> => {
    if (asked !== undefined) return asked;
    if (found !== undefined) return found;
    const ids = (await offered(signal)).map(({ id }) => id);
    const wish = ids.length > 1 ? await assigned() : undefined;
    found = ids.length === 1 ? ids[0] : ids.find((id) => id === wish);
    if (found !== undefined) return found;
    const reason = `it offers ${ids.length} models, and none is configured: set TEKTON_LLM_MODEL`;
    throw new InvalidRequestError({ transport, reason });
  };
};
