import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';
import { EXIT, type ExitCode } from './exit-code.js';
import type { ServerClient } from './server-client.js';
import type { Terminal } from './terminal.js';

export interface Talk {
  readonly client: ServerClient;
  readonly terminal: Terminal;
  readonly json: boolean;
}

const API = '/api/v1';

const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

const printJson = ({ terminal }: Talk, value: Json): void => terminal.out(`${JSON.stringify(value, null, 2)}\n`);

/** Columns as wide as their widest cell. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
};

const listOf = (answer: JsonObject): readonly JsonObject[] => {
  const items = answer.items;
  return Array.isArray(items) ? (items as Json[]).filter(isJsonObject) : [];
};

const printList = (talk: Talk, answer: JsonObject, columns: readonly string[]): ExitCode => {
  const items = listOf(answer);
  if (talk.json) printJson(talk, items);
  else talk.terminal.out(table([columns, ...items.map((item) => columns.map((column) => text(item[column])))]));
  return EXIT.completed;
};

export const listWorkflows = async (talk: Talk): Promise<ExitCode> =>
  printList(talk, await talk.client.get(`${API}/workflows?limit=100`), [
    'id',
    'name',
    'version',
    'task_count',
    'updated_at',
  ]);

export const getWorkflow = async (talk: Talk, id: string): Promise<ExitCode> => {
  const answer = await talk.client.get(`${API}/workflows/${encodeURIComponent(id)}`);
  printJson(talk, answer.data ?? null);
  return EXIT.completed;
};

export const listExecutions = async (talk: Talk, filter: { status?: string; workflow?: string }): Promise<ExitCode> => {
  const query = new URLSearchParams({ limit: '100' });
  if (filter.status !== undefined) query.set('status', filter.status);
  if (filter.workflow !== undefined) query.set('workflow_id', filter.workflow);
  const answer = await talk.client.get(`${API}/executions?${query.toString()}`);
  return printList(talk, answer, ['id', 'workflow_name', 'status', 'created_at', 'duration']);
};

export const getExecution = async (talk: Talk, id: string): Promise<ExitCode> => {
  const answer = await talk.client.get(`${API}/executions/${encodeURIComponent(id)}`);
  printJson(talk, answer.data ?? null);
  return EXIT.completed;
};

export const listEvents = async (talk: Talk, id: string): Promise<ExitCode> => {
  const answer = await talk.client.get(`${API}/executions/${encodeURIComponent(id)}/events?limit=1000`);
  const events = Array.isArray(answer.data) ? (answer.data as Json[]).filter(isJsonObject) : listOf(answer);
  if (talk.json) printJson(talk, events);
  else for (const event of events) talk.terminal.out(eventLine(event));
  return EXIT.completed;
};

const eventLine = (event: JsonObject): string =>
  `${text(event.timestamp)}  ${text(event.event_type).padEnd(20)}  ${text(event.step)}  ${text(event.message)}`.trimEnd() +
  '\n';

const FINAL: Readonly<Record<string, ExitCode>> = {
  workflow_completed: EXIT.completed,
  workflow_failed: EXIT.failed,
  workflow_canceled: EXIT.failed,
};

/** Follows an execution until it ends; the exit code says how. */
export const watchExecution = async (talk: Talk, id: string): Promise<ExitCode> => {
  for await (const event of talk.client.events(`/events/executions/${encodeURIComponent(id)}?since=0`)) {
    if (typeof event.event_type !== 'string') continue;
    talk.terminal.out(talk.json ? `${JSON.stringify(event)}\n` : eventLine(event));
    const code = FINAL[event.event_type];
    if (code !== undefined) return code;
  }
  return EXIT.trouble;
};

export const steerExecution = async (
  talk: Talk,
  id: string,
  action: 'cancel' | 'pause' | 'resume',
): Promise<ExitCode> => {
  const answer = await talk.client.post(`${API}/executions/${encodeURIComponent(id)}/${action}`);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${id} ${isJsonObject(answer.data) ? text(answer.data.status) : action}\n`);
  return EXIT.completed;
};
