import type { Permission } from './ports/index.js';

/** All that there are. */
export const PERMISSIONS: readonly Permission[] = ['read', 'run', 'write', 'admin'];

const HOLDS: Readonly<Record<Permission, readonly Permission[]>> = {
  read: ['read'],
  run: ['read', 'run'],
  write: ['read', 'write'],
  admin: PERMISSIONS,
};

/** With those that they hold. */
export const withHeld = (permissions: Iterable<Permission>): ReadonlySet<Permission> =>
  new Set([...permissions].flatMap((permission) => HOLDS[permission]));

/** Other names that tokens use. */
const ACTIONS: Readonly<Record<string, Permission>> = {
  ...{ read: 'read', run: 'run', write: 'write', admin: 'admin' },
  ...{ execute: 'run', invoke: 'run', '*': 'admin' },
};

const actionOf = (word: string): Permission | undefined => (Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined);

const OURS = /^(?:harmonia|workflows|\*)[:.](.+)$/;

/** `harmonia:read`, `workflows:write`, `*:admin`; undefined: it is about something else. */
const scopedPermission = (word: string): Permission | undefined => {
  const [, action] = OURS.exec(word) ?? [];
  return action === undefined ? undefined : actionOf(action);
};

/**
 * What the claims of a token permit: `permissions` holds words such as `read` or `harmonia:read`; `scope` of OAuth 2 only
 * the longer ones, since the short ones may mean anything there. Words of other components permit nothing.
 */
export const permissionsOf = (claims: Readonly<Record<string, unknown>>): ReadonlySet<Permission> => {
  const { permissions, scope } = claims;
  const words = Array.isArray(permissions)
    ? permissions.filter((word): word is string => typeof word === 'string')
    : [];
  const scopes = typeof scope === 'string' ? scope.split(' ') : [];
  const own = words.map((word) => scopedPermission(word) ?? (word.includes(':') ? undefined : actionOf(word)));
  return withHeld([...own, ...scopes.map(scopedPermission)].filter((found) => found !== undefined));
};
