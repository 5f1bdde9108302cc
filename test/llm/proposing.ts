import { randomUUID } from 'node:crypto';
import {
  compileWorkflow,
  type CompiledWorkflow,
  type Effects,
  type TaskCatalogue,
  type TaskType,
} from '../../src/engine/core/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import type { Timers } from '../../src/engine/ports/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS, type Facts, type Objection } from '../../src/llm/optimizer/ir/index.js';
import { improve, prove, type Proved, type Subject } from '../../src/llm/optimizer/prove/index.js';
import type { AsksForLines } from '../../src/llm/lines/index.js';
import { LlmProposer, type LlmProposerParts } from '../../src/llm/optimizer/proposer/index.js';
import { isOp, parseOp, type RewriteOp } from '../../src/llm/optimizer/rewrite/index.js';
import { studyOf } from '../../src/llm/optimizer/rules/index.js';
import { compare, isBetter, noHistory, simulateWorkflow } from '../../src/llm/optimizer/simulate/index.js';
import type { LlmWorth, ProposalRequest, Proposed } from '../../src/llm/ports/index.js';
import { fenceMaker, PromptLibrary } from '../../src/llm/prompt/index.js';
import type { LinePiece, LlmRequest } from '../../src/llm/tekton-llm-client/index.js';

const schemas = createSchemaChecker();
const prompts = new PromptLibrary(schemas);

const EFFECTS: readonly Effects[] = ['pure', 'read', 'idempotent', 'write'];
const TYPES = new Map<string, TaskType>(
  EFFECTS.map((effects) => [`x/${effects}`, { type: `x/${effects}`, description: '', effects }]),
);
TYPES.set('tekton/action', { type: 'tekton/action', description: '', effects: 'write' });

const catalogue: TaskCatalogue = { revision: 1, find: (type) => TYPES.get(type), types: () => [...TYPES.values()] };
const surroundings = { catalogue, schemas };

export const compile = (document: JsonObject): CompiledWorkflow => {
  const accepted = compileWorkflow(document, surroundings);
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.error));
  return accepted.value.compiled;
};

export const subjectOf = (document: JsonObject, facts: Facts = NO_FACTS): Subject => ({
  study: studyOf(compile(document), facts),
  surroundings,
});

/** What is offered to a person in the end: that is what is compared with what rules alone would offer. */
export interface Offered {
  readonly ops: readonly RewriteOp[];
  readonly level: string;
  readonly candidate: JsonObject;
}

const offeredOf = ({ ops, level, candidate }: Proved): Offered => ({ ops, level, candidate: candidate.document });

export interface Outcome {
  readonly offered: readonly Offered[];
  readonly rules: readonly Offered[];
  readonly proposed: readonly Proposed[];
  readonly refused: readonly Objection[];
  readonly degraded: readonly string[];
  readonly questions: readonly Extract<Proposed, { is: 'question' }>[];
}

export interface AskOptions {
  readonly subject: Subject;
  readonly request?: Partial<ProposalRequest>;
  readonly client: AsksForLines;
  readonly parts?: Partial<LlmProposerParts>;
  readonly timers?: Timers;
  readonly signal?: AbortSignal;
}

/** Of a request that leaves the rest open. */
export const requestFor = (subject: Subject, more: Partial<ProposalRequest> = {}): ProposalRequest => ({
  ...{ workflow: randomUUID(), version: '1.0.0', subject, history: noHistory() },
  ...{ goal: 'latency', most: 20, experience: [], budget: { ms: 20_000 }, traceId: randomUUID() },
  found: more.found ?? improve(subject).map(({ kind, ops }) => ({ kind, ops })),
  ...more,
});

export const proposerWith = (client: AsksForLines, parts: Partial<LlmProposerParts> = {}): LlmProposer =>
  new LlmProposer({
    ...{ client, prompts, fence: fenceMaker('salt'), timers: systemTimers, tenant: 'harmonia' },
    words: { hasType: (type) => TYPES.has(type), hasAction: () => false },
    ...{ amend: () => undefined, costOf: () => undefined },
    onTrouble: (what, error) => {
      throw new Error(what, { cause: error });
    },
    ...parts,
  });

/** Rules, then a model; each change proved, and measured by simulation, as the service does. */
export const suggest = async (options: AskOptions): Promise<Outcome> => {
  const { subject, client, parts, timers, signal = new AbortController().signal } = options;
  const request = requestFor(subject, options.request);
  const { history, goal } = request;
  const base = simulateWorkflow(subject.study.workflow, history, { resamples: 20 });
  const isGood = ({ level, candidate }: Proved): boolean =>
    level === 'identical' ||
    level === 'behaviour-change' ||
    isBetter(compare(base, simulateWorkflow(candidate, history, { resamples: 20 })), goal);
  const rules = improve(subject).filter(isGood).map(offeredOf);
  const offered = [...rules];
  const proposed: Proposed[] = [];
  const refused: Objection[] = [];
  const proposer = proposerWith(client, { ...(timers && { timers }), ...parts });
  for await (const one of proposer.propose(request, signal)) {
    proposed.push(one);
    if (one.is === 'rejected') refused.push(one.objection);
    if (one.is !== 'proposal') continue;
    const ops = (one.ops as unknown as RewriteOp[]).map((op) => parseOp(op));
    if (!ops.every(isOp)) throw new Error('it is no op');
    const result = prove(subject, ops);
    const objection: Objection | undefined = !result.ok
      ? result.error
      : isGood(result.value)
        ? undefined
        : { gate: 'benefit', reason: 'not_better', detail: '' };
    one.settle?.(objection);
    if (objection) refused.push(objection);
    else if (result.ok) offered.push(offeredOf(result.value));
  }
  return {
    ...{ offered, rules, proposed, refused },
    degraded: proposed.flatMap((one) => (one.is === 'degraded' ? [one.reason] : [])),
    questions: proposed.filter((one) => one.is === 'question'),
  };
};

/** A client of a model that answers at once, in this process; keeps what was sent. */
export class ModelAtHand implements AsksForLines {
  readonly requests: LlmRequest[] = [];
  readonly judged: boolean[] = [];
  readonly worths: LlmWorth[] = [];

  constructor(private readonly answer: (request: LlmRequest) => string) {}

  async *lines(request: LlmRequest): AsyncGenerator<LinePiece, void, undefined> {
    this.requests.push(request);
    const { JsonLineReader } = await import('../../src/llm/tekton-llm-client/answer/json-lines.js');
    const reader = new JsonLineReader();
    const text = this.answer(request);
    yield { is: 'speaks', transport: 'at-hand', provider: 'nobody', model: 'scripted' };
    yield* [...reader.push(text), ...reader.end()];
    const usage = { prompt: 1, completion: 1, cached: 0, total: 2, estimated: false };
    const result = { text, finish: 'stop', model: 'scripted', provider: 'nobody', transport: 'at-hand' } as const;
    yield { is: 'end', result: { ...result, usage, latency: 0, attempts: 1, calls: ['call'], source: 'model' } };
  }

  judge(_: unknown, isUsable: boolean): void {
    this.judged.push(isUsable);
  }

  status(): ReturnType<AsksForLines['status']> {
    return Promise.resolve({ mode: 'auto', available: true, transports: [], resting: [] });
  }
}

/** What was said to a model, all of it. */
export const wordsOf = ({ messages }: Pick<LlmRequest, 'messages'>): string =>
  messages.map(({ content }) => content).join('\n');
