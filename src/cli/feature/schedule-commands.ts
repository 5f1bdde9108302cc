import type { Command } from 'commander';
import { isJsonObject, type Json } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { paged, whole, withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument } from '../read-document.js';
import { pageQuery, printJson, printList, text, type Paging, type Talk } from '../server-commands.js';
import { commandsOfOne, Resource, shown } from './resource.js';

const SCHEDULES = new Resource('schedules', 'schedule_id');

/** `overlap`: what a tick does while an execution of the schedule is open. */
interface Overlapping {
  readonly overlap?: string;
}

const overlapOf = ({ overlap }: Overlapping): Record<string, Json> => (overlap === undefined ? {} : { overlap });

const list = async (talk: Talk, filter: Paging & { state?: string; workflow?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.state !== undefined) query.set('state', filter.state);
  if (filter.workflow !== undefined) query.set('workflow_id', filter.workflow);
  const answer = await talk.client.get(`${SCHEDULES.base}?${query.toString()}`);
  return printList(talk, answer, ['id', 'name', 'state', 'cron', 'interval', 'next_tick']);
};

const preview = async (talk: Talk, file: string, count: number | undefined): Promise<ExitCode> => {
  const document = (await readDocument(file)) as Json;
  const { data } = await talk.client.post(`${SCHEDULES.base}/preview?count=${count ?? 10}`, document);
  const upcoming = isJsonObject(data) ? (data.upcoming ?? []) : [];
  return printList(talk, { items: upcoming }, ['scheduled_at', 'local', 'dst']);
};

const steer = async (talk: Talk, id: string, action: 'pause' | 'resume'): Promise<ExitCode> => {
  const { data } = await talk.client.post(SCHEDULES.pathOf(id, `/${action}`));
  if (talk.json) return shown(talk, data);
  talk.terminal.out(`${id} ${isJsonObject(data) ? text(data.state) : ''}\n`);
  return EXIT.completed;
};

/** Prints the execution that was started; exit 1 when none was. */
const trigger = async (talk: Talk, id: string, options: Overlapping): Promise<ExitCode> => {
  const { data } = await talk.client.post(SCHEDULES.pathOf(id, '/trigger'), overlapOf(options));
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
  const { data } = await talk.client.post(SCHEDULES.pathOf(id, '/backfill'), { from, to, ...overlapOf(rest) });
  const found = isJsonObject(data) ? data : {};
  if (talk.json) return shown(talk, found);
  const { started, already, forgotten } = found;
  talk.terminal.out(`${text(started)} started, ${text(already)} had been, ${text(forgotten)} forgotten\n`);
  return EXIT.completed;
};

const upcoming = async (talk: Talk, id: string, count: number | undefined): Promise<ExitCode> =>
  printList(talk, await talk.client.get(SCHEDULES.pathOf(id, `/upcoming?count=${count ?? 10}`)), [
    ...['scheduled_at', 'due_at', 'local', 'dst'],
  ]);

const ticks = async (talk: Talk, id: string, filter: Paging & { status?: string }): Promise<ExitCode> => {
  const query = pageQuery(filter);
  if (filter.status !== undefined) query.set('status', filter.status);
  const answer = await talk.client.get(SCHEDULES.pathOf(id, `/ticks?${query.toString()}`));
  return printList(talk, answer, ['scheduled_at', 'origin', 'status', 'reason', 'execution_id', 'ended']);
};

type Options = ServerOptions &
  Paging &
  BackfillOptions & { count?: number; state?: string; status?: string; workflow?: string };

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
    done(await SCHEDULES.create(talk(options), file)),
  );
  ofFile('preview', 'Show when its ticks would be; nothing is kept.')
    .option('--count <n>', 'how many (default 10, at most 1000)', whole)
    .action(async (file: string, options: Options) => done(await preview(talk(options), file, options.count)));
  addCommandsOfOne(group, talk, done);
};

const addCommandsOfOne = (group: Command, talk: MakeTalk, done: Done): void => {
  const of = commandsOfOne<Options>({ name: 'schedule', group, talk, done });
  of('get', 'Show a schedule.', (to, id) => SCHEDULES.get(to, id));
  of('pause', 'Start nothing by the clock until it is resumed.', (to, id) => steer(to, id, 'pause'));
  const resumed = 'Go on; the ticks that came meanwhile are recorded as skipped.';
  of('resume', resumed, (to, id) => steer(to, id, 'resume'));
  of('trigger', 'A tick now; prints the execution. Exit 1 when it started none.', trigger).option(
    '--overlap <policy>',
    'allow, skip, queue or cancel_other (default: that of the schedule)',
  );
  of(
    'backfill --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z',
    'Start the ticks of a time that is past, once.',
    backfill,
  )
    .requiredOption('--from <time>', 'the first, ISO 8601 with a zone')
    .requiredOption('--to <time>', 'the last')
    .option('--overlap <policy>', 'allow, skip, queue or cancel_other (default: allow)');
  of('upcoming', 'Show the next ticks.', (to, id, { count }) => upcoming(to, id, count)).option(
    '--count <n>',
    'how many (default 10, at most 1000)',
    whole,
  );
  paged(of('ticks', 'Show what became of its ticks, the latest first.', ticks)).option(
    '--status <status>',
    'pending, queued, started, skipped or failed',
  );
  const gone = 'Delete it with its ticks; executions that it started stay.';
  of('delete', gone, (to, id) => SCHEDULES.remove(to, id));
};
