import { eventually } from './service-process.js';
import type { Ask } from './template-tour.js';

const V = '/api/v1';

/** Every operation on triggers, once. */
export const tourOfTriggers = async (ask: Ask): Promise<void> => {
  await ask(`GET ${V}/trigger-types`, `${V}/trigger-types`);
  const body = {
    ...{ name: 'tour', type: 'harmonia/event', params: { name: 'tour' }, action: 'event', event: 'toured' },
    ...{ match: '${payload.data.ok}', input_mapping: { n: 'payload.data.n' } },
  };
  const { trigger_id: id } = await ask(`POST ${V}/triggers`, `${V}/triggers`, body);
  await ask(`POST ${V}/triggers`, `${V}/triggers`, { ...body, type: 'no/such' });
  await ask(`GET ${V}/triggers`, `${V}/triggers`);
  const t = `${V}/triggers/${id as string}`;
  await ask(`GET ${V}/triggers/{id}`, t);
  await ask(`PUT ${V}/triggers/{id}`, t, { ...body, description: 'again' });
  await ask(`POST ${V}/events`, `${V}/events`, { name: 'tour', payload: { ok: true, n: 1 } });
  for (const action of ['disable', 'enable']) await ask(`POST ${V}/triggers/{id}/${action}`, `${t}/${action}`);
  const deliveries = await eventually(
    () => ask(`GET ${V}/triggers/{id}/deliveries`, `${t}/deliveries`),
    ({ total }) => Number(total) > 0,
  );
  const [{ id: delivery }] = deliveries.items as unknown as [{ id: string }];
  await ask(`POST ${V}/deliveries/{id}/redeliver`, `${V}/deliveries/${delivery}/redeliver`);
  await ask(`DELETE ${V}/triggers/{id}`, t);
  await ask(`GET ${V}/triggers/{id}`, t);
};
