/** What a worker runs: loads the one plugin it is for, then one attempt after the other. */
import { workerData } from 'node:worker_threads';
import type { Json } from '../../../kernel/index.js';
import { messageOf } from '../../../kernel/index.js';
import { transient, type Plugin, type Task } from '../../contract/index.js';
import { reasonOf } from '../../host/failure-of.js';
import { checkOutput } from '../../host/output.js';
import { failureToWire } from '../failure-on-the-wire.js';
import type { Envelope, Job, LineEnd, WorkerFacts } from '../wire.js';
import { closeDoors, listenToOutput } from './closed-doors.js';
import { descriptionOf } from './description.js';
import { importPlugin } from './import-plugin.js';
import type { HostLine } from './host-line.js';
import { isolatedContext } from './isolated-context.js';
import { Leftovers } from './leftovers.js';
import { ThreadLine } from './thread-line.js';
import { watchTimers } from './watched-timers.js';

const facts = workerData as WorkerFacts;
const soon = setImmediate;

interface Loaded {
  readonly plugin: Plugin;
  readonly leftovers: Leftovers;
}

const load = async (): Promise<Loaded> => {
  closeDoors();
  watchTimers();
  const plugin = await importPlugin(facts.entry);
  return { plugin, leftovers: new Leftovers(facts) };
};

let loading: Promise<Loaded> | undefined;
let thread: ThreadLine | undefined;

const completed = (line: HostLine, result: unknown): void => {
  const checked = checkOutput(result, facts.maxOutputBytes);
  if (checked.is === 'json') line.say({ is: 'done', output: checked.output });
  else line.say({ is: 'failed', failure: checked.failure });
};

const attempt = async (line: HostLine, job: Job & { is: 'attempt' }, { tasks }: Plugin): Promise<void> => {
  const context = isolatedContext(line, job.facts, facts.maxOutputBytes);
  listenToOutput((text) => context.log('debug', text));
  try {
    const task = tasks.find(({ id }) => id === job.task) as Task;
    completed(line, await task.run(job.input, context));
  } catch (error) {
    line.say({ is: 'failed', failure: failureToWire(error) });
  } finally {
    listenToOutput(undefined);
  }
};

const describe = (line: HostLine, plugin: Plugin): void => {
  line.say({ is: 'done', output: descriptionOf(plugin) as Json });
};

/** Never ends: the host ends the worker. */
const discarded = (line: HostLine): Promise<never> => {
  line.say({ is: 'discard' });
  return new Promise(() => undefined);
};

/** What did not load once will not load again: the worker is of no use. */
const unloadable = (line: HostLine, error: unknown): Promise<never> => {
  const reason = messageOf('worker_crashed', { reason: `its code cannot be loaded: ${reasonOf(error)}` });
  line.say({ is: 'failed', failure: failureToWire(transient('worker_crashed', reason)) });
  return discarded(line);
};

/** One job. Ends when the worker is ready for the next. */
export default async (envelope: Envelope): Promise<void> => {
  const { job } = envelope;
  thread ??= new ThreadLine(envelope.line as LineEnd);
  const line = thread.open(envelope);
  let loaded: Loaded;
  try {
    loaded = await (loading ??= load());
  } catch (error) {
    return unloadable(line, error);
  }
  thread.begun();
  if (envelope.line) line.say({ is: 'started' });
  if (job.is === 'describe') describe(line, loaded.plugin);
  else await attempt(line, job, loaded.plugin);
  // What has just been closed is still counted in this turn of the event loop.
  await new Promise((resolve) => soon(resolve));
  if (!loaded.leftovers.isClean()) return discarded(line);
  line.end();
};
