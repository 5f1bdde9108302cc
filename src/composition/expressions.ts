import { compileTemplate, evaluateTemplate } from '../engine/core/index.js';
import type { Expressions } from '../integration/ports/index.js';
import { HarmoniaError, type Clock, type JsonObject, type Uuid } from '../kernel/index.js';

/** The expression language of workflows for integrations. Secrets may not stand there. */
export const expressionsOf = (clock: Clock, uuid: () => Uuid): Expressions => ({
  compile: (source, { pointer, names }) => {
    const { value, faults } = compileTemplate(source, { pointer, names, secrets: false });
    const evaluate = (variables: JsonObject) => {
      const evaluated = evaluateTemplate(value, { now: clock.now(), uuid, variables });
      if (evaluated.ok) return evaluated.value.value;
      const { message } = evaluated.error;
      throw new HarmoniaError('expression_error', { reason: message.replace(/^The expression failed: |\.$/g, '') });
    };
    return { faults, evaluate };
  },
});
