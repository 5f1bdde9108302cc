import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { stringify } from 'yaml';
import { isJsonObject, parseUuid, type Json, type JsonObject } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument, readInput } from '../read-document.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

const T = `${API}/templates`;

interface ListOptions extends ServerOptions, Paging {
  readonly search?: string;
  readonly tag?: readonly string[];
  readonly category?: string;
  readonly sort?: string;
}

interface CreateOptions extends ServerOptions {
  readonly fromWorkflow?: string;
  readonly name?: string;
}

interface InstantiateOptions extends ServerOptions {
  readonly params?: string;
  readonly param?: Readonly<Record<string, Json>>;
  readonly name?: string;
  readonly templateVersion?: string;
  readonly dryRun?: boolean;
}

const encode = encodeURIComponent;

/** A template is named by its id or by its name. */
const pathOf = async (talk: Talk, template: string): Promise<string> => {
  if (parseUuid(template) !== undefined) return `${T}/${encode(template)}`;
  const { items } = await talk.client.get(`${T}?q=${encode(template)}&limit=1000`);
  const found = (Array.isArray(items) ? (items as Json[]) : []).filter(isJsonObject);
  const named = found.filter(({ name }) => name === template);
  const [only] = named;
  if (only === undefined)
    throw new CommandError(`there is no template "${template}"`, 'harmonia template list shows those that are there.');
  if (named.length > 1)
    throw new CommandError(
      `${named.length} templates are called "${template}"`,
      `Name one by its id: ${named.map(({ id }) => text(id)).join(', ')}.`,
    );
  return `${T}/${text(only.id)}`;
};

const list = async (talk: Talk, { search, tag = [], category, sort, ...paging }: ListOptions): Promise<ExitCode> => {
  const query = pageQuery(paging);
  if (search !== undefined) query.set('q', search);
  for (const one of tag) query.append('tags', one);
  if (category !== undefined) query.set('category', category);
  if (sort !== undefined) query.set('sort_by', sort);
  const answer = await talk.client.get(`${T}?${query.toString()}`);
  return printList(talk, answer, ['id', 'name', 'version', 'category', 'usage_count']);
};

const printId = (talk: Talk, answer: JsonObject, field: string): ExitCode => {
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${text(answer[field])}\n`);
  return EXIT.completed;
};

const create = async (
  talk: Talk,
  file: string | undefined,
  { fromWorkflow, name }: CreateOptions,
): Promise<ExitCode> => {
  if ((file === undefined) === (fromWorkflow === undefined))
    throw new CommandError('name a file, or a workflow with --from-workflow', 'See harmonia template create --help.');
  const document = file === undefined ? {} : await readDocument(file);
  const body = {
    ...(isJsonObject(document) ? document : { workflow_definition: document as Json }),
    ...(fromWorkflow !== undefined && { workflow_id: fromWorkflow }),
    ...(name !== undefined && { name }),
  };
  return printId(talk, await talk.client.post(T, body), 'template_id');
};

const importFile = async (talk: Talk, file: string): Promise<ExitCode> =>
  printId(talk, await talk.client.post(`${T}/import`, (await readDocument(file)) as Json), 'template_id');

const instantiate = async (talk: Talk, template: string, options: InstantiateOptions): Promise<ExitCode> => {
  const { params, param = {}, name, templateVersion, dryRun = false } = options;
  const values = await readInput(params);
  if (!isJsonObject(values))
    throw new CommandError('--params is no object', `Write values by name: --params '{"who":"Ada"}'.`);
  const answer = await talk.client.post(`${await pathOf(talk, template)}/instantiate${dryRun ? '?dry_run=true' : ''}`, {
    parameter_values: { ...values, ...param },
    ...(name !== undefined && { name }),
    ...(templateVersion !== undefined && { version: templateVersion }),
  });
  if (!dryRun) return printId(talk, answer, 'workflow_id');
  const data = isJsonObject(answer.data) ? answer.data : {};
  printJson(talk, data.workflow_definition ?? null);
  return EXIT.completed;
};

/** `who=Ada`; what is JSON is taken as JSON: `times=3`. */
const pair = (said: string, before: Readonly<Record<string, Json>> = {}): Readonly<Record<string, Json>> => {
  const [, name = '', value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(said) ?? [];
  if (name === '') throw new InvalidArgumentError('It must be a name and a value: who=Ada.');
  try {
    return { ...before, [name]: JSON.parse(value) as Json };
  } catch {
    return { ...before, [name]: value };
  }
};

const exportFile = async (
  talk: Talk,
  template: string,
  { output, templateVersion, json = false }: ServerOptions & { output?: string; templateVersion?: string },
): Promise<ExitCode> => {
  const query = templateVersion === undefined ? '' : `?version=${encode(templateVersion)}`;
  const { data = null } = await talk.client.get(`${await pathOf(talk, template)}/export${query}`);
  const isJson = json || (output?.endsWith('.json') ?? false);
  const document = isJson ? `${JSON.stringify(data, null, 2)}\n` : stringify(data);
  if (output === undefined) talk.terminal.out(document);
  else await writeFile(output, document);
  return EXIT.completed;
};

const rollbackTo = async (
  talk: Talk,
  { template, version, reason }: { template: string; version: string; reason: string | undefined },
): Promise<ExitCode> => {
  const body = { version, ...(reason !== undefined && { reason }) };
  return printId(talk, await talk.client.post(`${await pathOf(talk, template)}/rollback`, body), 'template_id');
};

const remove = async (talk: Talk, template: string, force: boolean): Promise<ExitCode> => {
  await talk.client.delete(`${await pathOf(talk, template)}${force ? '?force=true' : ''}`);
  if (talk.json) printJson(talk, { template, deleted: true });
  else talk.terminal.out(`${template} deleted\n`);
  return EXIT.completed;
};

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds `harmonia template …`. */
export const addTemplateCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('template')
    .description('Templates of a running service: workflows with parameters. A template is named by id or name.')
    .addHelpText('after', `\nExample:\n  harmonia template instantiate 'Process a List' --param 'items=[1,2,3]'`);
  addReading(group, talk, done);
  addMaking(group, talk, done);
  addKeeping(group, talk, done);
};

const addReading = (group: Command, talk: MakeTalk, done: Done): void => {
  paged(withServer(group.command('list'), 'template list --tag first-steps --sort usage_count'))
    .description('List templates, newest first.')
    .option('--search <text>', 'part of the name or description')
    .option('--tag <tag>', 'only those with it; may be repeated', collect)
    .option('--category <name>', 'only those of the category')
    .option('--sort <field>', 'name, created_at, updated_at or usage_count; descending')
    .action(async (options: ListOptions) => done(await list(talk(options), options)));
  withServer(group.command('get'), `template get 'Bug Fix'`)
    .argument('<template>')
    .description('Show a template with its parameters and its definition.')
    .action(async (template: string, options: ServerOptions) => {
      const talking = talk(options);
      printJson(talking, (await talking.client.get(await pathOf(talking, template))).data ?? null);
      done(EXIT.completed);
    });
  withServer(group.command('versions'), `template versions 'Bug Fix'`)
    .argument('<template>')
    .description('List the versions of a template, newest first.')
    .action(async (template: string, options: ServerOptions) => {
      const talking = talk(options);
      const answer = await talking.client.get(`${await pathOf(talking, template)}/versions`);
      done(printList(talking, answer, ['version', 'is_current', 'created_at', 'changes']));
    });
  withServer(group.command('export'), `template export 'Bug Fix' --output bug-fix.yaml`)
    .argument('<template>')
    .description('Print a template as one document, YAML unless --json: it imports as the same template.')
    .option('--output <file>', 'write it there; JSON when the name ends so')
    .option('--template-version <version>', 'the current one when absent')
    .action(async (template: string, options: ServerOptions) =>
      done(await exportFile(talk(options), template, options)),
    );
};

const addMaking = (group: Command, talk: MakeTalk, done: Done): void => {
  withServer(group.command('instantiate'), `template instantiate 'Process a List' --param 'items=[1,2]'`)
    .argument('<template>')
    .description('Make a workflow of a template; prints its id. Exit 2: a value is missing, unknown or does not fit.')
    .option('--params <json|@file>', 'values by parameter')
    .option('--param <name=value>', 'one value, JSON or text; may be repeated', pair)
    .option('--name <name>', 'of the workflow; a number is added when it is taken')
    .option('--template-version <version>', 'the current one when absent')
    .option('--dry-run', 'print the workflow that would be made, and make nothing')
    .action(async (template: string, options: InstantiateOptions) =>
      done(await instantiate(talk(options), template, options)),
    );
};

const addKeeping = (group: Command, talk: MakeTalk, done: Done): void => {
  withServer(group.command('create'), 'template create --from-workflow 0191f7c2-… --name nightly')
    .argument('[file]', 'a template, JSON or YAML; - is standard input')
    .description('Keep a template; prints its id.')
    .option('--from-workflow <id>', 'take the definition of a stored workflow')
    .option('--name <name>', 'of the template')
    .action(async (file: string | undefined, options: CreateOptions) =>
      done(await create(talk(options), file, options)),
    );
  withServer(group.command('import'), 'template import bug-fix.yaml')
    .argument('<file>', 'a template that was exported, JSON or YAML; - is standard input')
    .description('Keep a template that was exported, here or elsewhere; prints its id.')
    .action(async (file: string, options: ServerOptions) => done(await importFile(talk(options), file)));
  withServer(group.command('rollback'), 'template rollback greeting 1.0.0')
    .argument('<template>')
    .argument('<version>')
    .description('Make an older version the current one; those after it stay.')
    .option('--reason <text>', 'kept in its history')
    .action(async (template: string, version: string, options: ServerOptions & { reason?: string }) => {
      const talking = talk(options);
      done(await rollbackTo(talking, { template, version, reason: options.reason }));
    });
  withServer(group.command('delete'), 'template delete greeting')
    .argument('<template>')
    .description('Delete a template; workflows that were made of it stay.')
    .option('--force', 'also when others extend or include it')
    .action(async (template: string, options: ServerOptions & { force?: boolean }) =>
      done(await remove(talk(options), template, options.force ?? false)),
    );
};
