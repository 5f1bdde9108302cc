import { randomUUID } from 'node:crypto';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { LlmCall, LlmLedger } from '../../src/llm/ports/index.js';
import {
  TektonLLMClient,
  type TektonLLMClientOptions,
  type TektonLLMSurroundings,
} from '../../src/llm/tekton-llm-client/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { LlmDouble, type DoubleOptions } from './double/llm-double.mjs';

/** Keeps what it is told. */
export class MemoryLedger implements LlmLedger {
  readonly calls: LlmCall[] = [];

  record(call: LlmCall): void {
    this.calls.push(call);
  }

  get outcomes(): string[] {
    return this.calls.map(({ outcome }) => outcome.is);
  }
}

export interface ClientWorld {
  readonly client: TektonLLMClient;
  readonly ledger: MemoryLedger;
}

const open: (() => Promise<void>)[] = [];

/** Ends what the tests of a file began. */
export const closeWorlds = async (): Promise<void> => {
  for (const close of open.splice(0).reverse()) await close();
};

export const startDouble = async (options?: DoubleOptions): Promise<LlmDouble> => {
  const double = await LlmDouble.start(options);
  open.push(() => double.stop());
  return double;
};

/** A client of the real parts; chance is always the middle. */
export const makeClient = (
  options: TektonLLMClientOptions,
  around: Partial<TektonLLMSurroundings> = {},
): ClientWorld => {
  const ledger = new MemoryLedger();
  const schemas = createSchemaChecker();
  const client = new TektonLLMClient(options, {
    ...{ timers: systemTimers, schemas, newId: randomUUID, random: () => 0.5, ledger },
    ...around,
  });
  open.push(() => client.shutdown());
  return { client, ledger };
};

export const nextTurns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};
