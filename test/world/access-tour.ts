import type { Ask } from './template-tour.js';

const V = '/api/v1';

/** Every operation on keys and on the audit log, once. */
export const tourOfAccess = async (ask: Ask): Promise<void> => {
  const body = { name: 'tour', owner: 'ada', permissions: ['run'], workflows: ['tour'], expires_in: 3600 };
  const { key_id: id } = await ask(`POST ${V}/keys`, `${V}/keys`, body);
  await ask(`POST ${V}/keys`, `${V}/keys`, { name: 'tour', permissions: ['admin'] });
  await ask(`POST ${V}/keys`, `${V}/keys`, { name: 'tour', permissions: ['root'], workflows: [], colour: 'red' });
  await ask(`GET ${V}/keys`, `${V}/keys`);
  await ask(`DELETE ${V}/keys/{id}`, `${V}/keys/${id as string}`);
  await ask(`GET ${V}/keys`, `${V}/keys`);
  await ask(`DELETE ${V}/keys/{id}`, `${V}/keys/nobody`);
  await ask(`GET ${V}/audit`, `${V}/audit?outcome=done&limit=3`);
  await ask(`GET ${V}/audit`, `${V}/audit?from=yesterday`);
  await ask(`GET ${V}/audit/verify`, `${V}/audit/verify`);
};
