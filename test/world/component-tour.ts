import type { Answer } from './service.js';

/** Sends a request and holds the answer against its operation. */
type Ask = (operation: string, path: string, body?: unknown) => Promise<Answer['body']>;

const V = '/api/v1';
const C = `${V}/components`;

/** Every operation of components once, and how some of them refuse. `live`: where a component answers. */
export const tourOfComponents = async (ask: Ask, live: string): Promise<void> => {
  const component = {
    name: 'tour',
    base_url: live,
    actions: [
      { name: 'ready', method: 'GET', path: '/health' },
      { name: 'nowhere', method: 'DELETE', path: '/nowhere/{id}', parameters: [{ name: 'id' }], timeout: 5 },
    ],
    authentication: { type: 'basic', username: 'ada', password: 'secret' },
  };
  await ask(`POST ${C}`, C, { ...component, base_url: 'http://127.0.0.1:1' });
  await ask(`POST ${C}`, C, { ...component, name: 'rhetor' });
  await ask(`POST ${C}`, C, component);
  await ask(`GET ${C}`, C);
  await ask(`GET ${C}`, `${C}?details=true`);
  const c = `${C}/tour`;
  await ask(`PUT ${C}/{name}`, c, { base_url: live, description: 'Of the tour.' });
  await ask(`GET ${C}/{name}`, c);
  await ask(`GET ${C}/{name}`, `${C}/rhetor`);
  await ask(`POST ${C}/{name}/test`, `${c}/test`);
  await ask(`POST ${C}/{name}/test`, `${c}/test`, { action: 'nowhere', params: { id: 'x' } });
  await ask(`GET ${C}/{name}/actions`, `${c}/actions`);
  await ask(`GET ${C}/{name}/actions/{action}`, `${c}/actions/nowhere`);
  await ask(`GET ${C}/{name}/actions/{action}`, `${C}/engram/actions/retrieve_memory`);
  await ask(`POST ${C}/{name}/actions/{action}`, `${c}/actions/ready`, {});
  await ask(`DELETE ${C}/{name}`, c);
  await ask(`PUT ${V}/component-mappings`, `${V}/component-mappings`, { task_type: 'testing', component: 'numa' });
  await ask(`GET ${V}/component-mappings`, `${V}/component-mappings`);
  await ask(`POST ${V}/component-tasks/assign`, `${V}/component-tasks/assign`, { task_id: 'a', component: 'numa' });
  await ask(`GET ${V}/component-tasks`, `${V}/component-tasks`);
  await ask(`POST ${V}/component-tasks/{task_id}/unassign`, `${V}/component-tasks/a/unassign`);
  await ask(`POST ${V}/component-actions`, `${V}/component-actions`, { component: 'numa', action: 'sing' });
  await ask(`GET ${V}/component-actions`, `${V}/component-actions`);
};
