import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/kernel/index.js';

const PROGRAM = fileURLToPath(new URL('../crash/obedient.mjs', import.meta.url));

/** What became of an order. `died`: nobody knows; it may have been carried out. */
export type Told =
  | { readonly is: 'done'; readonly value: JsonObject }
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'died' };

export interface Order extends JsonObject {
  readonly do: string;
}

/** A process with an engine in it that does what it is told until it is killed. */
export class Obedient {
  /** What the engine said that nobody had asked for. */
  readonly trouble: string[] = [];
  private readonly waiting = new Map<number, (told: Told) => void>();
  private readonly exit: Promise<unknown>;
  private readonly loading: Promise<void>;
  private readonly counting: { readonly from: number; readonly tell: () => void }[] = [];
  private answered = 0;
  private asked = 0;
  private isDead = false;

  /** Loads the program, which takes a while; opens nothing before it is told to. */
  constructor(directory: string, effects: string) {
    const child = spawn(process.execPath, [PROGRAM, directory, effects], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined); // It may be dead already.
    const lines = createInterface({ input: child.stdout });
    this.loading = once(lines, 'line').then(() => undefined);
    lines.on('line', (line) => {
      const said = wholeLine(line);
      if (said) this.hear(said);
    });
    this.child = child;
    this.exit = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => this.die());
  }
  private readonly child: ChildProcess;

  loaded(): Promise<void> {
    return this.loading;
  }

  order(order: Order): Promise<Told> {
    if (this.isDead) return Promise.resolve({ is: 'died' });
    const id = ++this.asked;
    this.child.stdin?.write(`${JSON.stringify({ id, ...order })}\n`);
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  /** Resolves when it has answered so many orders more, or has died: however slow the machine, it has worked by then. */
  hasAnswered(count: number): Promise<void> {
    return new Promise((tell) => this.counting.push({ from: this.answered + count, tell }));
  }

  /** An order that must be carried out. */
  async mustDo(order: Order): Promise<JsonObject> {
    const told = await this.order(order);
    if (told.is !== 'done') throw new Error(`${order.do}: ${JSON.stringify(told)} ${this.trouble.join('\n')}`);
    return told.value;
  }

  /** `kill -9`. What it had said before counts. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }

  async close(): Promise<void> {
    await this.mustDo({ do: 'close' });
    this.child.stdin?.end();
    await this.exit;
  }

  private hear(line: JsonObject): void {
    if (typeof line.trouble === 'string') this.trouble.push(line.trouble);
    if (typeof line.id !== 'number') return;
    this.answered += 1;
    for (const { from, tell: reach } of this.counting) if (this.answered >= from) reach();
    const tell = this.waiting.get(line.id);
    this.waiting.delete(line.id);
    tell?.('ok' in line ? { is: 'done', value: line.ok as JsonObject } : { is: 'refused', code: String(line.refused) });
  }

  private die(): void {
    this.isDead = true;
    for (const { tell } of this.counting) tell();
    for (const tell of this.waiting.values()) tell({ is: 'died' });
    this.waiting.clear();
  }
}

/** Of a line that its death cut off nobody has been told. */
const wholeLine = (line: string): JsonObject | undefined => {
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined;
  }
};
