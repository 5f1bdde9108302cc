import { isJsonObject, type Json, type JsonObject } from '../kernel/index.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { API, printJson, text, type Talk } from './server-commands.js';

/** What to do with an execution, as the API takes it. */
export interface Reexecution {
  readonly operation: string;
  readonly step?: string;
  readonly at?: number;
  readonly input?: Json;
  readonly version?: string;
}

const line = (mark: string, entry: JsonObject): string => {
  const because = typeof entry.because === 'string' ? `, because of ${entry.because}` : '';
  return `  ${mark} ${text(entry.step)}  (${text(entry.reason)}${because})\n`;
};

const entriesOf = (data: JsonObject, name: string): JsonObject[] => {
  const list = data[name];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
};

/** Goes on with an ended execution; with `plan` only says what would be kept (=), reset (↻) and created (+). */
export const reexecute = async (
  talk: Talk,
  id: string,
  { plan, ...body }: Reexecution & { readonly plan?: boolean },
): Promise<ExitCode> => {
  const query = plan === true ? '?dry_run=true' : '';
  const { data } = await talk.client.post(`${API}/executions/${encodeURIComponent(id)}/reexecute${query}`, { ...body });
  if (talk.json) {
    printJson(talk, data ?? null);
    return EXIT.completed;
  }
  if (!isJsonObject(data)) return EXIT.completed;
  for (const [name, mark] of [
    ['kept', '='],
    ['reset', '↻'],
    ['created', '+'],
  ] as const) {
    for (const entry of entriesOf(data, name)) talk.terminal.out(line(mark, entry));
  }
  talk.terminal.out(plan === true ? 'nothing was changed\n' : `${text(data.execution_id)} goes on\n`);
  return EXIT.completed;
};

/** Resumes a paused execution; one that was canceled, or timed out, goes on where it was. */
export const resume = async (talk: Talk, id: string, body: JsonObject = {}): Promise<ExitCode> => {
  const { data } = await talk.client.get(`${API}/executions/${encodeURIComponent(id)}`);
  const status = isJsonObject(data) ? data.status : undefined;
  if (status !== 'canceled' && status !== 'failed') return steer(talk, id, { action: 'resume', body });
  return reexecute(talk, id, { operation: 'resume' });
};

/** Posts something about an execution, and tells how it stands. */
export const steer = async (
  talk: Talk,
  id: string,
  { action, body }: { readonly action: string; readonly body: JsonObject },
): Promise<ExitCode> => {
  const answer = await talk.client.post(`${API}/executions/${encodeURIComponent(id)}/${action}`, body);
  if (talk.json) printJson(talk, answer.data ?? null);
  else
    talk.terminal.out(
      `${id} ${isJsonObject(answer.data) ? text(answer.data.status ?? answer.message ?? action) : action}\n`,
    );
  return EXIT.completed;
};
