import { Option, type Command } from 'commander';
import { isJsonObject, type Json } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument, readInput } from '../read-document.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

const pathOf = (id: string, page = ''): string => `${API}/webhooks/${encodeURIComponent(id)}${page}`;

const listWebhooks = async (talk: Talk, filter: Paging & { direction?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.direction !== undefined) query.set('direction', filter.direction);
  const answer = await talk.client.get(`${API}/webhooks?${query.toString()}`);
  return printList(talk, answer, ['id', 'direction', 'name', 'enabled', 'auth_type', 'url']);
};

/** Prints where to call it, or its id when it is one that is sent. */
const createWebhook = async (talk: Talk, file: string): Promise<ExitCode> => {
  const { data } = await talk.client.post(`${API}/webhooks`, (await readDocument(file)) as Json);
  if (talk.json || !isJsonObject(data)) printJson(talk, data ?? null);
  else talk.terminal.out(`${text(data.id)}  ${text(data.url)}\n`);
  return EXIT.completed;
};

const getWebhook = async (talk: Talk, id: string): Promise<ExitCode> => {
  printJson(talk, (await talk.client.get(pathOf(id))).data ?? null);
  return EXIT.completed;
};

const deleteWebhook = async (talk: Talk, id: string): Promise<ExitCode> => {
  await talk.client.delete(pathOf(id));
  if (talk.json) printJson(talk, { webhook_id: id, deleted: true });
  else talk.terminal.out(`${id} deleted\n`);
  return EXIT.completed;
};

const listDeliveries = async (talk: Talk, id: string, filter: Paging & { status?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.status !== undefined) query.set('status', filter.status);
  const answer = await talk.client.get(`${pathOf(id, '/deliveries')}?${query.toString()}`);
  return printList(talk, answer, ['id', 'status', 'attempts', 'execution_id', 'timestamp', 'error']);
};

/** Sends what is dead again; prints how many it are. */
const redeliverDead = async (talk: Talk, id: string): Promise<ExitCode> => {
  const { data } = await talk.client.post(pathOf(id, '/redeliver-dead'));
  const redelivered = isJsonObject(data) ? (data.redelivered ?? 0) : 0;
  if (talk.json) printJson(talk, data ?? null);
  else talk.terminal.out(`${text(redelivered)} sent again\n`);
  return EXIT.completed;
};

/** Prints how it ended; exit 1 when it failed. */
const delivered = (talk: Talk, data: Json | undefined): ExitCode => {
  const delivery = isJsonObject(data) ? data : {};
  const { status, execution_id: execution = null, error = null } = delivery;
  const what = isJsonObject(error) ? `: ${text(error.message)} [${text(error.code)}]` : '';
  if (talk.json) printJson(talk, delivery);
  else talk.terminal.out(`${text(delivery.id)}  ${text(status)}${what}  ${text(execution)}`.trimEnd() + '\n');
  const isBad = status === 'failed' || status === 'dead' || (status === 'pending' && error !== null);
  return isBad ? EXIT.failed : EXIT.completed;
};

const deliver = async (talk: Talk, id: string, payload: Json): Promise<ExitCode> =>
  delivered(talk, (await talk.client.post(pathOf(id, '/deliver'), payload)).data);

const redeliver = async (talk: Talk, delivery: string): Promise<ExitCode> =>
  delivered(talk, (await talk.client.post(`${API}/deliveries/${encodeURIComponent(delivery)}/redeliver`)).data);

export const addWebhookCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('webhook')
    .description('Webhooks of a running service.')
    .addHelpText('after', '\nExample:\n  harmonia webhook create webhook.yaml');
  paged(withServer(group.command('list'), 'webhook list --direction inbound'))
    .description('List webhooks, oldest first.')
    .addOption(new Option('--direction <direction>', 'only those').choices(['inbound', 'outbound']))
    .action(async (options: ServerOptions & Paging & { direction?: string }) =>
      done(await listWebhooks(talk(options), options)),
    );
  withServer(group.command('create'), 'webhook create webhook.yaml')
    .argument('<file>', 'the webhook, JSON or YAML; - is standard input')
    .description('Keep a webhook; prints its id, and where it is called or sent to.')
    .action(async (file: string, options: ServerOptions) => done(await createWebhook(talk(options), file)));
  const of = (name: string, description: string, run: (talk: Talk, id: string) => Promise<ExitCode>): Command =>
    withServer(group.command(name), `webhook ${name} 0191f7c2-…`)
      .argument('<id>')
      .description(description)
      .action(async (id: string, options: ServerOptions) => done(await run(talk(options), id)));
  of('get', 'Show a webhook; its secrets are masked.', getWebhook);
  of('delete', 'Delete a webhook; what it has accepted is still delivered, what it was to send is not.', deleteWebhook);
  of(
    'redeliver',
    'Deliver once more what was delivered, or failed; exit 0 or 1. The id is that of a delivery.',
    redeliver,
  );
  of('redeliver-dead', 'Send every dead delivery of a webhook again.', redeliverDead);
  paged(withServer(group.command('deliveries'), 'webhook deliveries 0191f7c2-…'))
    .argument('<id>')
    .description('List what came in, or was sent, newest first.')
    .addOption(new Option('--status <status>', 'only those').choices(['pending', 'delivered', 'failed', 'dead']))
    .action(async (id: string, options: ServerOptions & Paging & { status?: string }) =>
      done(await listDeliveries(talk(options), id, options)),
    );
  withServer(group.command('deliver'), `webhook deliver 0191f7c2-… --payload '{"order":7}'`)
    .argument('<id>')
    .description('Act as if it had been called; of one that is sent, send it now; exit 0 or 1.')
    .option('--payload <json|@file>', 'what it brings, {} when absent')
    .action(async (id: string, { payload, ...options }: ServerOptions & { payload?: string }) =>
      done(await deliver(talk(options), id, payload === undefined ? {} : ((await readInput(payload)) as Json))),
    );
};
