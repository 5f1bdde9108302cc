import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './service.js';

/** Sends a request and holds the answer against its operation. */
type Ask = (operation: string, path: string, body?: unknown) => Promise<Answer['body']>;

const V = '/api/v1';
const TASKS = [
  { id: 'a', name: 'Draw', phase: 'planning', estimated_hours: 2 },
  { id: 'b', name: 'Build', phase: 'implementation', dependencies: ['a'] },
];

const writeSprint = async (root: string): Promise<void> => {
  const directory = join(root, 'MetaData', 'DevelopmentSprints', 'Tour_Sprint');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'DAILY_LOG.md'), '# Log\n\n## Sprint Status: Ready-1:Metis\n');
  await writeFile(join(directory, 'harmonia_export.json'), JSON.stringify({ sprint_id: 's', tasks: TASKS }));
};

const tourOfSprints = async (ask: Ask): Promise<void> => {
  const S = `${V}/sprints`;
  const one = `${S}/Tour_Sprint`;
  await ask(`GET ${S}`, `${S}?status=Ready-1:Metis`);
  await ask(`GET ${S}/{id}`, one);
  await ask(`GET ${S}/{id}`, `${S}/nobody`);
  await ask(`GET ${S}/{id}/tasks`, `${one}/tasks`);
  await ask(`POST ${S}/{id}/export`, `${one}/export`);
  await ask(`PUT ${S}/{id}/status`, `${one}/status`, { status: 'Ready-2:Harmonia', previous_status: 'Ready-1:Metis' });
  await ask(`PUT ${S}/{id}/status`, `${one}/status`, { status: 'Created' });
  for (const path of ['/workflow', `${V}/workflow`]) {
    await ask(`POST ${path}`, path, { purpose: { harmonia: 'check_for_sprints' } });
    await ask(`POST ${path}`, path, []);
  }
  await ask(`POST ${S}/{id}/workflow`, `${one}/workflow`);
  await ask(`POST ${S}/{id}/export`, `${one}/export`, { dry_run: true });
  await ask(`POST ${S}/{id}/skip`, `${one}/skip`);
  await ask(`POST ${S}/{id}/skip`, `${one}/skip`);
  await ask(`POST ${S}/{id}/export`, `${one}/export`, { auto_start: true });
  await ask(`GET ${S}/{id}`, one);
};

const tourOfInstances = async (ask: Ask): Promise<void> => {
  const document = { name: 'instances', state: { n: 0 }, tasks: { a: { event: { name: 'never' } } } };
  const { workflow_id: workflow } = await ask(`POST ${V}/workflows`, `${V}/workflows`, document);
  const w = `${V}/workflows/${workflow as string}`;
  await ask(`GET ${V}/workflows/{id}/state`, `${w}/state`);
  const { execution_id: id } = await ask(`POST ${V}/workflows/{id}/execute`, `${w}/execute`, {});
  const i = `${V}/instances/${id as string}`;
  await ask(`GET ${V}/instances/{id}`, i);
  for (const page of ['history', 'state', 'debug']) await ask(`GET ${V}/instances/{id}/${page}`, `${i}/${page}`);
  await ask(`POST ${V}/instances/{id}/state`, `${i}/state`, { n: 1 });
  await ask(`POST ${V}/instances/{id}/state`, `${i}/state`, { other: 1 });
  await ask(`POST ${V}/expressions/evaluate`, `${V}/expressions/evaluate`, { instance_id: id, expression: 'state.n' });
  await ask(`POST ${V}/workflows/{id}/transition`, `${w}/transition`, { action: 'pause' });
  await ask(`POST ${V}/instances/{id}/resume`, `${i}/resume`);
  await ask(`POST ${V}/instances/{id}/pause`, `${i}/pause`);
  await ask(`POST ${V}/executions/{id}/retry`, `${V}/executions/${id as string}/retry`);
  await ask(`POST ${V}/instances/{id}/cancel`, `${i}/cancel`);
  await ask(`POST ${V}/executions/{id}/retry`, `${V}/executions/${id as string}/retry`);
  await ask(`POST ${V}/executions/{id}/restart`, `${V}/executions/${id as string}/restart`);
  await ask(`GET ${V}/workflows/{id}/state`, `${w}/state`);
  await ask(`GET ${V}/workflows/{id}/history`, `${w}/history`);
};

/** Every operation for callers of the platform once, and how some of them refuse. `root`: TEKTON_ROOT of the service. */
export const tourOfCallers = async (ask: Ask, root: string): Promise<void> => {
  await writeSprint(root);
  await ask(`GET ${V}/capabilities`, `${V}/capabilities`);
  await ask(`GET ${V}/actions/{action}/schema`, `${V}/actions/load_state/schema`);
  await ask(`GET ${V}/actions/{action}/schema`, `${V}/actions/sing/schema`);
  const made = { name: 'from afar', tasks: [{ id: 'a', type: 'core/noop' }] };
  await ask(`POST ${V}/actions/{action}`, `${V}/actions/create_workflow`, { action: 'create_workflow', params: made });
  await ask(`POST ${V}/actions/{action}`, `${V}/actions/create_workflow`, { params: {} });
  for (const path of ['/capabilities', `${V}/capabilities`]) {
    await ask(`POST ${path}/{capability}`, `${path}/create_workflow`, made);
    await ask(`POST ${path}/{capability}`, `${path}/execute_workflow`, { workflow_id: 'nobody' });
  }
  await ask(`POST ${V}/message`, `${V}/message`, { message: 'list' });
  await ask(`POST ${V}/message`, `${V}/message`, { message: 'explain nobody' });
  await tourOfSprints(ask);
  await tourOfInstances(ask);
};
