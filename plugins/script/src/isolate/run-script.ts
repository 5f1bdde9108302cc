import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type EmscriptenModuleLoaderOptions,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import type { Answer, End, Job, Level, Line } from './job.js';
import { PRELUDE } from './prelude.js';

/** Bytes of the stack of a script: some thousand calls within calls. */
const STACK = 512 * 1024;
/** Bytes for telling what went wrong, when it was that there are none left. */
const LAST_WORDS = 2 ** 20;
/** Lines of the console, and characters of all of them, that are kept. */
const MOST_LINES = 1000;
const MOST_CHARACTERS = 256 * 1024;

// Typed as the module of a CommonJS package, which holds its default export one level deeper than at run time.
const RELEASE = variant as unknown as QuickJSSyncVariant;

/** Bytes of the memory of a machine that is kept for the next script. */
const MOST_KEPT = 64 * 2 ** 20;

let loaded: Promise<QuickJSWASMModule> | undefined;

/** The console of one script. */
class Console {
  readonly lines: Line[] = [];
  private room = MOST_CHARACTERS;

  say(level: Level, message: string): void {
    if (this.room < 0 || this.lines.length > MOST_LINES) return;
    this.room -= message.length;
    const isFull = this.room < 0 || this.lines.length === MOST_LINES;
    this.lines.push(isFull ? { level: 'warn', message: 'Further lines are not kept.' } : { level, message });
  }
}

const numberIn = (context: QuickJSContext, handle: QuickJSHandle, key: string): number =>
  context.getProp(handle, key).consume((length) => context.getNumber(length));

const unreadable = (end: End): End => (end.is === 'threw' ? { ...end, is: 'invalid' } : end);

class Isolate {
  readonly console = new Console();
  private readonly end: number;

  constructor(
    private readonly context: QuickJSContext,
    private readonly job: Job,
  ) {
    this.end = Date.now() + job.milliseconds;
    context.runtime.setMemoryLimit(job.memory);
    context.runtime.setMaxStackSize(STACK);
    context.runtime.setInterruptHandler(() => this.isLate);
  }

  private get isLate(): boolean {
    return Date.now() >= this.end;
  }

  run(): End {
    const { context, job } = this;
    return this.prelude().consume((prelude) => {
      // A script that closes the function around it gains nothing: what follows runs in the same isolate.
      const made = context.evalCode(`(async (input) => {${job.code}\n})`, 'script', { type: 'global' });
      if (made.error) return made.error.consume((error) => unreadable(this.ended(prelude, error)));
      return made.value.consume((script) => this.start(prelude, script));
    });
  }

  private start(prelude: QuickJSHandle, script: QuickJSHandle): End {
    const { context, job } = this;
    const input = context.newString(job.input);
    const started = context
      .getProp(prelude, 'start')
      .consume((start) => context.callFunction(start, context.undefined, script, input));
    input.dispose();
    if (started.error) return started.error.consume((error) => this.ended(prelude, error));
    started.value.dispose();
    return this.settle(prelude);
  }

  /** Promises go on until the script is done, time is up, or nothing is left that could make it go on. */
  private settle(prelude: QuickJSHandle): End {
    const { context } = this;
    const { runtime } = context;
    while (runtime.hasPendingJob()) {
      if (this.isLate) return { is: 'late' };
      const pumped = runtime.executePendingJobs(1000);
      if (pumped.error) return pumped.error.consume((error) => this.ended(prelude, error));
    }
    const outcome = this.ask(prelude, 'outcome');
    if (outcome === 'pending') return this.isLate ? { is: 'late' } : { is: 'stuck' };
    if (outcome === 'threw') return this.failure(prelude);
    const json = this.answer(prelude);
    return json === undefined ? { is: 'too-large', what: 'result' } : { is: 'done', json };
  }

  private failure(prelude: QuickJSHandle): End {
    const { context } = this;
    return context.unwrapResult(context.callMethod(prelude, 'answer')).consume((error) => this.ended(prelude, error));
  }

  private ask(prelude: QuickJSHandle, method: string): string {
    const { context } = this;
    return context.unwrapResult(context.callMethod(prelude, method)).consume((handle) => context.getString(handle));
  }

  /** `undefined` when it is larger than a result may be; it is measured before it leaves the isolate. */
  private answer(prelude: QuickJSHandle): string | undefined {
    const { context, job } = this;
    return context.unwrapResult(context.callMethod(prelude, 'answer')).consume((handle) => {
      if (numberIn(context, handle, 'length') > job.maxBytes) return undefined;
      const text = context.getString(handle);
      return Buffer.byteLength(text) > job.maxBytes ? undefined : text;
    });
  }

  private ended(prelude: QuickJSHandle, error: QuickJSHandle): End {
    const { context, job } = this;
    if (this.isLate) return { is: 'late' };
    context.runtime.setMemoryLimit(job.memory + LAST_WORDS);
    const told = context
      .getProp(prelude, 'told')
      .consume((tell) => context.callFunction(tell, context.undefined, error));
    if (told.error) {
      told.error.dispose();
      return this.isLate ? { is: 'late' } : { is: 'too-large', what: 'memory' };
    }
    return this.threw(told.value.consume((handle) => context.getString(handle)));
  }

  private threw(json: string): End {
    const { name, message, line } = JSON.parse(json) as { name: string; message: string; line?: unknown };
    if (this.isLate && name === 'InternalError' && message === 'interrupted') return { is: 'late' };
    if (name === 'InternalError' && message === 'out of memory') return { is: 'too-large', what: 'memory' };
    if (name === 'InternalError' && message === 'stack overflow') return { is: 'too-large', what: 'recursion' };
    return { is: 'threw', name, message, line: typeof line === 'number' ? line : undefined };
  }

  private prelude(): QuickJSHandle {
    const { context, job } = this;
    const make = context.unwrapResult(context.evalCode(PRELUDE, 'isolate'));
    const log = context.newFunction('log', (level, message) =>
      this.console.say(context.getString(level) as Level, context.getString(message)),
    );
    const seed = context.newNumber(job.seed);
    const now = job.now === undefined ? context.undefined : context.newNumber(job.now);
    const made = context.callFunction(make, context.undefined, log, seed, now);
    for (const handle of [make, log, seed, now]) handle.dispose();
    return context.unwrapResult(made);
  }
}

/** The machine says on stderr why it broke; nobody can do anything about it. */
const SILENT = { printErr: () => undefined } as EmscriptenModuleLoaderOptions;

const load = (): Promise<QuickJSWASMModule> =>
  newQuickJSWASMModuleFromVariant(newVariant(RELEASE, { emscriptenModule: SILENT }));

/** What the isolate of a script takes from the machine is given back, or else the machine is broken. */
const isGone = (context: QuickJSContext): boolean => {
  const { runtime } = context;
  try {
    context.dispose();
    runtime.dispose();
    return true;
  } catch {
    return false;
  }
};

/** Runs a script; what breaks the machine under it (its stack may end first) is the fault of the script. */
const endOf = (isolate: Isolate): End => {
  try {
    return isolate.run();
  } catch (error) {
    return { is: 'too-large', what: error instanceof RangeError ? 'recursion' : 'memory' };
  }
};

/**
 * Runs a script in an isolate of its own, which is gone afterwards. A machine that is broken, or has grown large, is
 * thrown away whole, because it does not give back what it has taken; the next script finds another.
 */
export const runScript = async (job: Job): Promise<Answer> => {
  loaded ??= load();
  const machine = await loaded;
  const context = machine.newRuntime().newContext();
  const isolate = new Isolate(context, job);
  const end = endOf(isolate);
  const { buffer } = machine.getWasmMemory() as { readonly buffer: ArrayBuffer };
  if (!isGone(context) || buffer.byteLength > MOST_KEPT) loaded = undefined;
  return { end, lines: isolate.console.lines };
};
