import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { noServer, ServerRefusal, type ServerClient } from './server-client.js';
import type { Terminal } from './terminal.js';

export interface Talk {
  readonly client: ServerClient;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Somebody has named the service. */
  readonly isChosen?: boolean;
}

export const API = '/api/v1';

export const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

export const printJson = ({ terminal }: Talk, value: Json): void => terminal.out(`${JSON.stringify(value, null, 2)}\n`);

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

export const printTable = ({ terminal }: Talk, columns: readonly string[], items: readonly JsonObject[]): void =>
  terminal.out(table([columns, ...items.map((item) => columns.map((column) => text(item[column])))]));

export const printList = (talk: Talk, answer: JsonObject, columns: readonly string[]): ExitCode => {
  const items = listOf(answer);
  if (talk.json) printJson(talk, items);
  else printTable(talk, columns, items);
  const { total, page, limit } = answer as { total?: number; page?: number; limit?: number };
  if (total !== undefined && page !== undefined && limit !== undefined && page * limit < total)
    talk.terminal.err(`${items.length} of ${total}; --page ${page + 1} shows the next\n`);
  return EXIT.completed;
};

export interface Paging {
  readonly limit?: number;
  readonly page?: number;
}

export const pageQuery = ({ limit = 100, page = 1 }: Paging): URLSearchParams =>
  new URLSearchParams({ limit: String(limit), page: String(page) });

export const listWorkflows = async (talk: Talk, paging: Paging): Promise<ExitCode> =>
  printList(talk, await talk.client.get(`${API}/workflows?${pageQuery(paging).toString()}`), [
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

export const listExecutions = async (
  talk: Talk,
  filter: Paging & { status?: string; workflow?: string },
): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.status !== undefined) query.set('status', filter.status);
  if (filter.workflow !== undefined) query.set('workflow_id', filter.workflow);
  const answer = await talk.client.get(`${API}/executions?${query.toString()}`);
  return printList(talk, answer, ['id', 'workflow_name', 'status', 'created_at', 'duration']);
};

/** A place in the journal of an execution; the end when absent. */
export interface At {
  readonly at?: number;
}

const executionPath = (id: string, { at }: At, page = ''): string =>
  `${API}/executions/${encodeURIComponent(id)}${page}${at === undefined ? '' : `?at=${at}`}`;

export const getExecution = async (talk: Talk, id: string, at: At): Promise<ExitCode> => {
  const answer = await talk.client.get(executionPath(id, at));
  printJson(talk, answer.data ?? null);
  return EXIT.completed;
};

/** Shows the variables of an execution; assigns some first when there is something to assign. */
export const stateOfExecution = async (
  talk: Talk,
  id: string,
  { set, ...at }: At & { readonly set?: Json | undefined },
): Promise<ExitCode> => {
  const path = executionPath(id, at, '/state');
  const { data = null } =
    set === undefined ? await talk.client.get(path) : await talk.client.put(path, { variables: set });
  printJson(talk, talk.json || !isJsonObject(data) ? data : (data.variables ?? null));
  return EXIT.completed;
};

/** Has the service prove that a journal holds what was written; exit 1 when it does not. */
export const verifyExecution = async (talk: Talk, id: string, at: At): Promise<ExitCode> => {
  const { data, message } = await talk.client.get(executionPath(id, at, '/verify'));
  const proof = isJsonObject(data) ? data : {};
  const place = proof.first_bad_seq === undefined ? '' : ` (event ${text(proof.first_bad_seq)})`;
  if (talk.json) printJson(talk, proof);
  else if (proof.verified === true)
    talk.terminal.out(`verified: ${text(proof.events)} events, head ${text(proof.head)}\n`);
  else talk.terminal.err(`not verified: ${text(message)}${place} [${text(proof.reason)}]\n`);
  return proof.verified === true ? EXIT.completed : EXIT.failed;
};

/** All of them, page by page. */
export const listEvents = async (talk: Talk, id: string, since = '0'): Promise<ExitCode> => {
  const all: JsonObject[] = [];
  for (let place: string | null = since; place !== null && !talk.terminal.isClosed;) {
    const query = new URLSearchParams({ since: place, limit: '1000' });
    const answer = await talk.client.get(`${API}/executions/${encodeURIComponent(id)}/events?${query.toString()}`);
    const events = listOf(answer);
    if (talk.json) all.push(...events);
    else for (const event of events) talk.terminal.out(eventLine(event));
    place = typeof answer.next_since === 'string' ? answer.next_since : null;
  }
  if (talk.json) printJson(talk, all);
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

/** Follows an execution until it ends; the exit code says how. A service that restarts meanwhile is waited for. */
export const watchExecution = async (talk: Talk, id: string): Promise<ExitCode> => {
  const { HarmoniaClient, isRefusal } = await import('../client/index.js');
  const { url, credential } = talk.client;
  const client = new HarmoniaClient({ url, token: credential, retries: 0 });
  let code: ExitCode = EXIT.completed;
  try {
    for await (const event of client.monitorExecution({ execution_id: id }, { over: 'sse' })) {
      if (talk.terminal.isClosed) return EXIT.completed;
      talk.terminal.out(talk.json ? `${JSON.stringify(event)}\n` : eventLine(event as JsonObject));
      code = FINAL[event.event_type] ?? code;
    }
    return code;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { status, code, message, cure, faults } = error;
    if (code === 'unreachable') throw noServer(url, 'nobody answers', error);
    throw new ServerRefusal(status, `${message} [${code}]`, { cure: faults.length === 0 ? cure : undefined, faults });
  }
};
