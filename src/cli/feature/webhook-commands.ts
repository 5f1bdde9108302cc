import { Option, type Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readInput } from '../read-document.js';
import { pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';
import { delivered, REDELIVER, redeliver } from './delivery.js';
import { commandsOfOne, Resource } from './resource.js';

const WEBHOOKS = new Resource('webhooks', 'webhook_id');

const listWebhooks = async (talk: Talk, filter: Paging & { direction?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.direction !== undefined) query.set('direction', filter.direction);
  const answer = await talk.client.get(`${WEBHOOKS.base}?${query.toString()}`);
  return printList(talk, answer, ['id', 'direction', 'name', 'enabled', 'auth_type', 'url']);
};

/** Where to call it, or its id when it is one that is sent. */
const line = ({ id, url }: JsonObject): string => `${text(id)}  ${text(url)}`;

const listDeliveries = async (talk: Talk, id: string, filter: Paging & { status?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.status !== undefined) query.set('status', filter.status);
  const answer = await talk.client.get(`${WEBHOOKS.pathOf(id, '/deliveries')}?${query.toString()}`);
  return printList(talk, answer, ['id', 'status', 'attempts', 'execution_id', 'timestamp', 'error']);
};

/** Sends what is dead again; prints how many it are. */
const redeliverDead = async (talk: Talk, id: string): Promise<ExitCode> => {
  const { data } = await talk.client.post(WEBHOOKS.pathOf(id, '/redeliver-dead'));
  const redelivered = isJsonObject(data) ? (data.redelivered ?? 0) : 0;
  if (talk.json) printJson(talk, data ?? null);
  else talk.terminal.out(`${text(redelivered)} sent again\n`);
  return EXIT.completed;
};

const deliver = async (talk: Talk, id: string, payload: Json): Promise<ExitCode> =>
  delivered(talk, (await talk.client.post(WEBHOOKS.pathOf(id, '/deliver'), payload)).data);

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
    .action(async (file: string, options: ServerOptions) => done(await WEBHOOKS.create(talk(options), file, line)));
  const of = commandsOfOne<ServerOptions & Paging>({ name: 'webhook', group, talk, done });
  of('get', 'Show a webhook; its secrets are masked.', (to, id) => WEBHOOKS.get(to, id));
  const gone = 'Delete a webhook; what it has accepted is still delivered, what it was to send is not.';
  of('delete', gone, (to, id) => WEBHOOKS.remove(to, id));
  of('redeliver', REDELIVER, redeliver);
  of('redeliver-dead', 'Send every dead delivery of a webhook again.', redeliverDead);
  paged(of('deliveries', 'List what came in, or was sent, newest first.', listDeliveries)).addOption(
    new Option('--status <status>', 'only those').choices(['pending', 'delivered', 'failed', 'dead']),
  );
  withServer(group.command('deliver'), `webhook deliver 0191f7c2-… --payload '{"order":7}'`)
    .argument('<id>')
    .description('Act as if it had been called; of one that is sent, send it now; exit 0 or 1.')
    .option('--payload <json|@file>', 'what it brings, {} when absent')
    .action(async (id: string, { payload, ...options }: ServerOptions & { payload?: string }) =>
      done(await deliver(talk(options), id, payload === undefined ? {} : ((await readInput(payload)) as Json))),
    );
};
