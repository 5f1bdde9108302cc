import { fileURLToPath } from 'node:url';
import type { CertificationReport, CertifierMessage } from './messages.js';
import { ProcessGroup } from './process-group.js';

export interface CertifyOptions {
  /** The package of the plugin. */
  readonly directory: string;
  /** ms that one attempt may take, and each call of the fake service. */
  readonly patience: number;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  readonly progress: (task: string, done: number, of: number) => void;
  /** Is told what crash.js prints. */
  readonly print: (text: string) => void;
}

const ENTRY = fileURLToPath(new URL('./certifier-process.js', import.meta.url));
/** ms of grace on top of the patience: a process that starts, on a slow machine. */
const GRACE = 10_000;

const problem = (text: string): CertificationReport => ({ problems: [text], tasks: [] });

/**
 * Kills the tasks of a plugin at every boundary, against the fake service of its crash.js. Everything runs in processes of their
 * own, none of which is left when it fulfils. Never rejects.
 */
export const certify = async ({
  directory,
  patience,
  signal,
  progress,
  print,
}: CertifyOptions): Promise<CertificationReport> => {
  const group = new ProcessGroup([ENTRY, directory, String(patience)], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { child } = group;
  const kill = (): void => group.kill();
  signal.addEventListener('abort', kill, { once: true });
  child.stdout?.on('data', (chunk: Buffer) => print(chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => print(chunk.toString('utf8')));
  let report: CertificationReport | undefined;
  let isHung = false;
  const watch = setTimeout(() => {
    isHung = true;
    kill();
  }, patience + GRACE);
  child.on('message', (message: CertifierMessage) => {
    watch.refresh();
    if (message.is === 'progress') progress(message.task, message.done, message.of);
    if (message.is !== 'report') return;
    report ??= message.report;
    kill();
  });
  try {
    const code = await group.ended;
    if (report) return report;
    if (isHung) return problem(`crash.js keeps its process busy: no sign of life for ${(patience + GRACE) / 1000} s`);
    return problem(signal.aborted ? 'it was interrupted' : `crash.js ended its process, with code ${code}`);
  } finally {
    clearTimeout(watch);
    signal.removeEventListener('abort', kill);
    kill();
  }
};
