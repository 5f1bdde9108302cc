import { isJsonObject, parseUuid, type Json } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { API, text, type Talk } from '../server-commands.js';

/** The id of a workflow, by its id or name. */
export const idOf = async ({ client }: Talk, workflow: string): Promise<string> => {
  const id = parseUuid(workflow);
  if (id !== undefined) return id;
  const { items } = await client.get(`${API}/workflows?${new URLSearchParams({ name: workflow }).toString()}`);
  const found = (Array.isArray(items) ? (items as Json[]) : []).filter(isJsonObject);
  if (found.length !== 1)
    throw new CommandError(
      found.length === 0 ? `No workflow ${workflow}` : `${found.length} workflows are called ${workflow}`,
      found.length === 0 ? 'List them with: harmonia workflow list' : 'Name one by its id: harmonia workflow list',
    );
  return text(found[0]?.id);
};

/** The page of a workflow, by its id or name. */
export const pageOf = async (talk: Talk, workflow: string, page: string): Promise<string> =>
  `${API}/workflows/${encodeURIComponent(await idOf(talk, workflow))}${page}`;
