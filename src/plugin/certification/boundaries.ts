import { createHook } from 'node:async_hooks';
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { LAST_WORDS } from './messages.js';

/** Kinds of asynchronous work that leave the process, in words. */
const IO: Readonly<Record<string, string>> = {
  FSREQCALLBACK: 'a file operation',
  FSREQPROMISE: 'a file operation',
  GETADDRINFOREQWRAP: 'a name lookup',
  HTTP2STREAM: 'an HTTP/2 stream',
  HTTPCLIENTREQUEST: 'an HTTP request',
  PIPECONNECTWRAP: 'a connection',
  PROCESSWRAP: 'the start of a process',
  SHUTDOWNWRAP: 'the end of a stream',
  TCPCONNECTWRAP: 'a connection',
  TLSWRAP: 'a TLS connection',
  UDPSENDWRAP: 'a datagram',
  WRITEWRAP: 'a write',
};

/** What changes files without leaving a trace in `async_hooks`. */
const CHANGES =
  /^(append|chmod|chown|copy|cp|fchmod|fchown|fsync|ftruncate|futimes|lchmod|lchown|link|lutimes|mkd|mkdtemp|open|rename|rm|symlink|truncate|unlink|utimes|write).*Sync$/;

const { writeSync } = fs;

/**
 * Counts the places at which an attempt may die, and dies at one of them: in the middle of that instruction, by a signal that
 * nothing catches.
 */
export class Boundaries {
  readonly passed: string[] = [];
  private isArmed = false;
  private killAt: number | undefined;

  begin(killAt: number | undefined): void {
    this.killAt = killAt;
    this.isArmed = true;
  }

  end(): void {
    this.isArmed = false;
  }

  pass(place: string): void {
    if (!this.isArmed) return;
    this.passed.push(place);
    if (this.passed.length !== this.killAt) return;
    writeSync(LAST_WORDS, place);
    process.kill(process.pid, 'SIGKILL');
  }

  /** Does what the process does for itself. */
  quietly<T>(work: () => T): T {
    const before = this.isArmed;
    this.isArmed = false;
    try {
      return work();
    } finally {
      this.isArmed = before;
    }
  }

  /** Watches what a task does past its context. Must be called before the plugin is loaded. */
  watchProcess(): void {
    createHook({
      init: (_id, type) => {
        const words = IO[type];
        if (words !== undefined) this.pass(`before ${words} that the task starts`);
      },
    }).enable();
    this.watchSynchronous(fs, 'fs', CHANGES);
    this.watchSynchronous(childProcess, 'child_process', /Sync$/);
    syncBuiltinESMExports();
  }

  private watchSynchronous(module: Record<string, unknown>, name: string, which: RegExp): void {
    for (const [key, value] of Object.entries(module)) {
      if (typeof value !== 'function' || !which.test(key)) continue;
      module[key] = (...args: unknown[]): unknown => {
        this.pass(`before ${name}.${key}`);
        // The parts of which it is made are no places of their own.
        const result = this.quietly(() => Reflect.apply(value, module, args) as unknown);
        this.pass(`after ${name}.${key}`);
        return result;
      };
    }
  }
}
