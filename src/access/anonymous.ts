import { PERMISSIONS } from './permission.js';
import type { Caller } from './ports/index.js';

/** Who is nobody in particular: everybody, where nobody is asked. */
export const ANONYMOUS: Caller = Object.freeze({
  actor: 'anonymous',
  permissions: new Set(PERMISSIONS),
  workflows: undefined,
  until: undefined,
});

/** Whether somebody has proven who he is. */
export const isKnown = (caller: Pick<Caller, 'actor'> | undefined): caller is Pick<Caller, 'actor'> =>
  caller !== undefined && caller.actor !== ANONYMOUS.actor;
