import { isJsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

export interface CheckpointWords {
  readonly name?: string;
  readonly description?: string;
}

const pathOf = (id: string): string => `${API}/checkpoints/${encodeURIComponent(id)}`;

export const createCheckpoint = async (
  talk: Talk,
  execution: string,
  { name, description }: CheckpointWords,
): Promise<ExitCode> => {
  const words = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
  const answer = await talk.client.post(`${API}/executions/${encodeURIComponent(execution)}/checkpoint`, words);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${text(answer.checkpoint_id)}\n`);
  return EXIT.completed;
};

export const listCheckpoints = async (talk: Talk, filter: Paging & { execution?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.execution !== undefined) query.set('execution_id', filter.execution);
  const answer = await talk.client.get(`${API}/checkpoints?${query.toString()}`);
  return printList(talk, answer, ['id', 'execution_id', 'sequence', 'name', 'created_at']);
};

export const getCheckpoint = async (talk: Talk, id: string): Promise<ExitCode> => {
  printJson(talk, (await talk.client.get(pathOf(id))).data ?? null);
  return EXIT.completed;
};

/** Whether it can be restored here and now; exit 2 when not. */
export const validateCheckpoint = async (talk: Talk, id: string): Promise<ExitCode> => {
  const { data, message, valid } = await talk.client.post(`${pathOf(id)}/validate`);
  const faults = isJsonObject(data) && Array.isArray(data.faults) ? data.faults.filter(isJsonObject) : [];
  if (talk.json) printJson(talk, data ?? null);
  else talk.terminal[valid === true ? 'out' : 'err'](`${text(message)}\n`);
  if (!talk.json) for (const fault of faults) talk.terminal.err(`  ${text(fault.pointer)}: ${text(fault.message)}\n`);
  return valid === true ? EXIT.completed : EXIT.invalid;
};

/** Starts a new execution from it and prints its id. */
export const restoreCheckpoint = async (talk: Talk, id: string): Promise<ExitCode> => {
  const answer = await talk.client.post(`${pathOf(id)}/restore`);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${text(answer.execution_id)}\n`);
  return EXIT.completed;
};

export const deleteCheckpoint = async (talk: Talk, id: string): Promise<ExitCode> => {
  await talk.client.delete(pathOf(id));
  if (talk.json) printJson(talk, { checkpoint_id: id, deleted: true });
  else talk.terminal.out(`${id} deleted\n`);
  return EXIT.completed;
};
