import { isJsonObject, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { idOf } from '../feature/workflow-page.js';
import { readDocument } from '../read-document.js';
import { API, printJson, text, type Talk } from '../server-commands.js';
import { faultLine } from '../terminal.js';

const W = `${API}/workflows`;

export interface SaveOptions {
  readonly id?: string;
  readonly ifMatch?: string;
}

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as Json[]).filter(isJsonObject) : [];

const sayAll = ({ terminal }: Talk, faults: Json | undefined): void => {
  for (const fault of listOf(faults)) terminal.err(faultLine(fault as unknown as Fault));
};

/** A word as a shell reads it. */
const quoted = (word: string): string => (/^[\w./@:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Two of one name could be told apart by their ids only. */
const mustBeFree = async ({ client }: Talk, name: string, file: string): Promise<void> => {
  const { items } = await client.get(`${W}?${new URLSearchParams({ name }).toString()}`);
  const [there] = listOf(items);
  if (!there) return;
  const [id, version] = [text(there.id), text(there.version)];
  throw new CommandError(
    `a workflow "${name}" is there: ${id}, at version ${version}`,
    `Save this as its next version: harmonia workflow save ${quoted(file)} --id ${id} --if-match ${quoted(version)}`,
  );
};

/** Keeps the workflow of a file, or a further version of one. What is not valid is told as `harmonia validate` tells it. */
export const saveWorkflow = async (talk: Talk, file: string, { id, ifMatch }: SaveOptions): Promise<ExitCode> => {
  if (ifMatch !== undefined && id === undefined)
    throw new CommandError('--if-match is of no use without --id', 'Name the workflow whose next version it is: --id.');
  const { client, terminal } = talk;
  const source = (await readDocument(file)) as Json;
  const { data } = await client.post(`${W}/validate`, source);
  const { valid, dialect = null, faults = [], warnings = [], document } = isJsonObject(data) ? data : {};
  if (valid !== true) {
    if (talk.json) printJson(talk, { valid: false, dialect, faults, warnings });
    else {
      sayAll(talk, faults);
      terminal.err(`${file}: ${listOf(faults).length} fault(s); nothing was kept\n`);
    }
    return EXIT.invalid;
  }
  if (id === undefined && isJsonObject(document)) await mustBeFree(talk, text(document.name), file);
  const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` };
  const answer =
    id === undefined
      ? await client.post(W, source)
      : await client.put(`${W}/${encodeURIComponent(await idOf(talk, id))}`, source, headers);
  const saved = isJsonObject(answer.data) ? answer.data : {};
  if (talk.json) {
    printJson(talk, saved);
    return EXIT.completed;
  }
  if (listOf(warnings).length > 0) terminal.err(`${listOf(warnings).length} warning(s):\n`);
  sayAll(talk, warnings);
  terminal.err(`${text(saved.name)} ${text(saved.version)} is kept\n`);
  terminal.out(`${text(answer.workflow_id)}\n`);
  return EXIT.completed;
};
