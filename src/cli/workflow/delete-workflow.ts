import { EXIT, type ExitCode } from '../exit-code.js';
import { idOf } from '../feature/workflow-page.js';
import { API, printJson, type Talk } from '../server-commands.js';
import { confirm } from './confirm.js';

export interface DeleteOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** Takes a workflow off the list. Exit 1: the answer was no. */
export const deleteWorkflow = async (
  talk: Talk,
  workflow: string,
  { yes = false, force = false }: DeleteOptions,
): Promise<ExitCode> => {
  const id = await idOf(talk, workflow);
  const named = workflow === id ? id : `${workflow} (${id})`;
  if (!yes && !(await confirm(`Delete workflow ${named}?`))) {
    talk.terminal.err('nothing was deleted\n');
    return EXIT.failed;
  }
  await talk.client.delete(`${API}/workflows/${encodeURIComponent(id)}${force ? '?force=true' : ''}`);
  if (talk.json) printJson(talk, { workflow_id: id, deleted: true });
  else talk.terminal.out(`${named} deleted\n`);
  return EXIT.completed;
};
