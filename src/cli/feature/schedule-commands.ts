import type { Command } from 'commander';
import { isJsonObject, type Json } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, whole, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument } from '../read-document.js';
import { API, pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';

const BASE = `${API}/schedules`;
const pathOf = (id: string, page = ''): string => `${BASE}/${encodeURIComponent(id)}${page}`;

/** `overlap`: what a tick does while an execution of the schedule is open. */
interface Overlapping {
  readonly overlap?: string;
}

const overlapOf = ({ overlap }: Overlapping): Record<string, Json> => (overlap === undefined ? {} : { overlap });

const shown = (talk: Talk, data: Json | undefined): ExitCode => {
  printJson(talk, data ?? null);
  return EXIT.completed;
};

const list = async (talk: Talk, filter: Paging & { state?: string; workflow?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.state !== undefined) query.set('state', filter.state);
  if (filter.workflow !== undefined) query.set('workflow_id', filter.workflow);
  const answer = await talk.client.get(`${BASE}?${query.toString()}`);
  return printList(talk, answer, ['id', 'name', 'state', 'cron', 'interval', 'next_tick']);
};

const create = async (talk: Talk, file: string): Promise<ExitCode> => {
  const answer = await talk.client.post(BASE, (await readDocument(file)) as Json);
  if (talk.json) printJson(talk, answer.data ?? null);
  else talk.terminal.out(`${text(answer.schedule_id)}\n`);
  return EXIT.completed;
};

const preview = async (talk: Talk, file: string, count: number | undefined): Promise<ExitCode> => {
  const document = (await readDocument(file)) as Json;
  const { data } = await talk.client.post(`${BASE}/preview?count=${count ?? 10}`, document);
  const upcoming = isJsonObject(data) ? (data.upcoming ?? []) : [];
  return printList(talk, { items: upcoming }, ['scheduled_at', 'local', 'dst']);
};

const steer = async (talk: Talk, id: string, action: 'pause' | 'resume'): Promise<ExitCode> => {
  const { data } = await talk.client.post(pathOf(id, `/${action}`));
  if (talk.json) return shown(talk, data);
  talk.terminal.out(`${id} ${isJsonObject(data) ? text(data.state) : ''}\n`);
  return EXIT.completed;
};

/** Prints the execution that was started; exit 1 when none was. */
const trigger = async (talk: Talk, id: string, options: Overlapping): Promise<ExitCode> => {
  const { data } = await talk.client.post(pathOf(id, '/trigger'), overlapOf(options));
  const tick = isJsonObject(data) ? data : {};
  if (talk.json) printJson(talk, tick);
  else if (tick.status === 'started') talk.terminal.out(`${text(tick.execution_id)}\n`);
  else talk.terminal.err(`${text(tick.status)}: ${text(tick.message ?? tick.reason)}\n`);
  return tick.status === 'skipped' || tick.status === 'failed' ? EXIT.failed : EXIT.completed;
};

interface BackfillOptions extends Overlapping {
  readonly from: string;
  readonly to: string;
}

const backfill = async (talk: Talk, id: string, { from, to, ...rest }: BackfillOptions): Promise<ExitCode> => {
  const { data } = await talk.client.post(pathOf(id, '/backfill'), { from, to, ...overlapOf(rest) });
  const found = isJsonObject(data) ? data : {};
  if (talk.json) return shown(talk, found);
  const { started, already, forgotten } = found;
  talk.terminal.out(`${text(started)} started, ${text(already)} had been, ${text(forgotten)} forgotten\n`);
  return EXIT.completed;
};

const upcoming = async (talk: Talk, id: string, count: number | undefined): Promise<ExitCode> =>
  printList(talk, await talk.client.get(pathOf(id, `/upcoming?count=${count ?? 10}`)), [
    ...['scheduled_at', 'due_at', 'local', 'dst'],
  ]);

const ticks = async (talk: Talk, id: string, filter: Paging & { status?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.status !== undefined) query.set('status', filter.status);
  const answer = await talk.client.get(pathOf(id, `/ticks?${query.toString()}`));
  return printList(talk, answer, ['scheduled_at', 'origin', 'status', 'reason', 'execution_id', 'ended']);
};

const remove = async (talk: Talk, id: string): Promise<ExitCode> => {
  await talk.client.delete(pathOf(id));
  if (talk.json) printJson(talk, { schedule_id: id, deleted: true });
  else talk.terminal.out(`${id} deleted\n`);
  return EXIT.completed;
};

type Options = ServerOptions & Paging & Overlapping & { count?: number; state?: string; workflow?: string };

/** Adds `schedule …`. */
export const addScheduleCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('schedule')
    .description('Workflows that a running service starts by the clock.')
    .addHelpText('after', '\nExample:\n  harmonia schedule create nightly.yaml');
  paged(withServer(group.command('list'), 'schedule list --state active'))
    .description('List schedules, newest first.')
    .option('--state <state>', 'active, paused or ended')
    .option('--workflow <id>', 'only those of this workflow')
    .action(async (options: Options) => done(await list(talk(options), options)));
  const ofFile = (name: string, description: string): Command =>
    withServer(group.command(name), `schedule ${name} nightly.yaml`)
      .argument('<file>', 'schedule, JSON or YAML; - is standard input')
      .description(description);
  ofFile('create', 'Keep a schedule; prints the id.').action(async (file: string, options: Options) =>
    done(await create(talk(options), file)),
  );
  ofFile('preview', 'Show when its ticks would be; nothing is kept.')
    .option('--count <n>', 'how many (default 10, at most 1000)', whole)
    .action(async (file: string, options: Options) => done(await preview(talk(options), file, options.count)));
  addCommandsOfOne(group, talk, done);
};

const addCommandsOfOne = (group: Command, talk: MakeTalk, done: Done): void => {
  const of = (name: string, description: string, more = ''): Command =>
    withServer(group.command(name), `schedule ${name} 0191f7c2-…${more}`).argument('<id>').description(description);
  of('get', 'Show a schedule.').action(async (id: string, options: Options) => {
    const to = talk(options);
    done(shown(to, (await to.client.get(pathOf(id))).data));
  });
  for (const [action, description] of [
    ['pause', 'Start nothing by the clock until it is resumed.'],
    ['resume', 'Go on; the ticks that came meanwhile are recorded as skipped.'],
  ] as const)
    of(action, description).action(async (id: string, options: Options) =>
      done(await steer(talk(options), id, action)),
    );
  of('trigger', 'A tick now; prints the execution. Exit 1 when it started none.')
    .option('--overlap <policy>', 'allow, skip, queue or cancel_other (default: that of the schedule)')
    .action(async (id: string, options: Options) => done(await trigger(talk(options), id, options)));
  of(
    'backfill',
    'Start the ticks of a time that is past, once.',
    ' --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z',
  )
    .requiredOption('--from <time>', 'the first, ISO 8601 with a zone')
    .requiredOption('--to <time>', 'the last')
    .option('--overlap <policy>', 'allow, skip, queue or cancel_other (default: allow)')
    .action(async (id: string, options: ServerOptions & BackfillOptions) =>
      done(await backfill(talk(options), id, options)),
    );
  of('upcoming', 'Show the next ticks.')
    .option('--count <n>', 'how many (default 10, at most 1000)', whole)
    .action(async (id: string, options: Options) => done(await upcoming(talk(options), id, options.count)));
  paged(of('ticks', 'Show what became of its ticks, the latest first.'))
    .option('--status <status>', 'pending, queued, started, skipped or failed')
    .action(async (id: string, options: Options & { status?: string }) =>
      done(await ticks(talk(options), id, options)),
    );
  of('delete', 'Delete it with its ticks; executions that it started stay.').action(
    async (id: string, options: Options) => done(await remove(talk(options), id)),
  );
};
