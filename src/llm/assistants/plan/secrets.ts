import type { Template } from '../../../engine/core/index.js';

/** Names of the secrets that a template refers to. */
export const secretsIn = (template: Template): ReadonlySet<string> => {
  const found = new Set<string>();
  const walk = (part: Template): void => {
    if (part.is === 'secret') found.add(part.name);
    else if (part.is === 'list') part.entries.forEach(walk);
    else if (part.is === 'object') for (const [, entry] of part.entries) walk(entry);
    else if (part.is === 'text') {
      for (const piece of part.parts) if (typeof piece !== 'string' && '$secret' in piece) found.add(piece.$secret);
    }
  };
  walk(template);
  return found;
};
