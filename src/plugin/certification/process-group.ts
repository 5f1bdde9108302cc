import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';

/** A program of Node with all the processes that it starts: they end together. */
export class ProcessGroup {
  readonly child: ChildProcess;
  /** Fulfils with its exit code when it has ended. */
  readonly ended: Promise<number>;

  constructor(
    args: readonly string[],
    options: { readonly cwd: string; readonly stdio: StdioOptions; readonly env?: NodeJS.ProcessEnv },
  ) {
    // A group of its own: Ctrl-C in the terminal reaches the command, which ends the group.
    this.child = spawn(process.execPath, [...args], { ...options, detached: true });
    this.ended = once(this.child, 'close').then(([code]) => (code as number | null) ?? 1);
    this.ended.catch(() => undefined);
  }

  kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left of it.
    }
  }
}

/** For `node --import`: the tests of a plugin find what they import without anything being installed. */
export const TEST_DOORS = new URL('./test-doors.js', import.meta.url).href;
