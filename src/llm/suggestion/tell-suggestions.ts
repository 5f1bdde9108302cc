import { setImmediate as nextTurn } from 'node:timers/promises';
import { NO_USAGE } from '../lines/index.js';
import { RULES } from '../optimizer/prove/index.js';
import {
  rulesOnly,
  type Analysis,
  type AskedQuestion,
  type Degraded,
  type Proposer,
  type Readiness,
  type Rejected,
  type StoredSuggestion,
  type SuggestEvent,
  type SuggestUsage,
} from '../ports/index.js';
import type { ToldRun } from '../run/index.js';
import { Findings, type FindingsParts } from './findings.js';
import { byScore } from './judge-change.js';
import { orAborted } from './or-aborted.js';
import { Proposals } from './proposals.js';
import { analysisOf, type Question } from './question.js';

export interface TellingParts extends FindingsParts {
  readonly proposer: Proposer;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What the rules alone find. Nothing is ever less than was asked of them. */
export interface RulesResult {
  readonly found: readonly StoredSuggestion[];
  readonly degraded?: undefined;
}

/** What a run came to. */
export interface RunResult {
  readonly suggestions: readonly StoredSuggestion[];
  readonly analysis: Analysis;
  readonly rejected: readonly Rejected[];
  readonly questions: readonly AskedQuestion[];
  readonly degraded: Degraded | undefined;
  readonly usage: SuggestUsage;
}

/** Looks at the workflow, and tells what the rules find, each as soon as it is so. */
export async function* tellRules(
  question: Question,
  parts: FindingsParts,
): AsyncGenerator<SuggestEvent, RulesResult, undefined> {
  const { subject, bucket, wanted } = question;
  const findings = new Findings(question, parts);
  yield { event: 'analysis', data: analysisOf(question, findings.benefit) };
  await nextTurn();
  const past = { history: bucket.history, limits: parts.limits };
  const rules = RULES.filter(({ kind }) => wanted.kinds?.has(kind) ?? true);
  for (const [index, rule] of rules.entries()) {
    for (const { kind, evidence, ...proved } of rule.improve(subject, past)) {
      yield await findings.judge({ kind, proved, evidence, origin: { source: 'rules' } });
      await nextTurn();
    }
    yield { event: 'progress', data: { stage: 'rules', done: index + 1, of: rules.length } };
    await nextTurn();
  }
  return { found: findings.all };
}

/** Answers a question: what the rules say, then what a model adds, `done` after it, and what all of it came to. */
export async function* tellSuggestions(
  rules: ToldRun<SuggestEvent, RulesResult>,
  { question, parts, signal }: { question: Question; parts: TellingParts; signal: AbortSignal },
): AsyncGenerator<SuggestEvent, RunResult, undefined> {
  const events: SuggestEvent[] = [];
  for await (const { event } of rules.follow()) {
    // What went wrong is thrown below.
    if (event.event === 'error') break;
    events.push(event);
    yield event;
  }
  const findings = new Findings(question, parts, (await rules.result).found);
  let usage = NO_USAGE;
  for await (const event of tellProposals(findings, { question, parts, signal })) {
    if (event.event === 'usage') usage = event.data;
    else {
      events.push(event);
      yield event;
    }
  }
  yield { event: 'usage', data: usage };
  const open = (await findings.keepAll()).filter(({ status }) => status === 'open').sort(byScore);
  const suggestions = open.slice(0, question.wanted.most);
  yield { event: 'done', data: { suggestions: suggestions.map(({ suggestion: { id } }) => id), cached: false } };
  return { suggestions, usage, ...toldIn(events) };
}

async function* tellProposals(
  findings: Findings,
  { question, parts, signal }: { question: Question; parts: TellingParts; signal: AbortSignal },
): AsyncGenerator<SuggestEvent> {
  const { proposer } = parts;
  if (question.wanted.llm === 'never') return;
  const ready: Readiness = (await orAborted(proposer.ready(), signal)) ?? { ok: false, reason: 'deadline' };
  if (!ready.ok) {
    yield { event: 'degraded', data: rulesOnly(ready.reason) };
    return;
  }
  for await (const heard of new Proposals(question, parts, findings).hear(signal)) {
    if (heard.is === 'usage') yield { event: 'usage', data: heard.usage };
    else if (heard.is === 'degraded') yield { event: 'degraded', data: heard.data };
    else if (heard.is === 'rejected') yield { event: 'rejected', data: heard.data };
    else if (heard.is === 'question') yield { event: 'question', data: heard.data };
    else yield await findings.judge(heard);
    await nextTurn();
  }
}

type Data<E extends SuggestEvent['event']> = Extract<SuggestEvent, { event: E }>['data'];

const toldIn = (
  events: readonly SuggestEvent[],
): Pick<RunResult, 'analysis' | 'rejected' | 'questions' | 'degraded'> => {
  const last = <E extends SuggestEvent['event']>(name: E): Data<E> | undefined =>
    events.findLast((told) => told.event === name)?.data as Data<E> | undefined;
  return {
    analysis: last('analysis') as Analysis,
    rejected: events.flatMap((told) => (told.event === 'rejected' ? [told.data] : [])),
    questions: events.flatMap((told) => (told.event === 'question' ? [told.data] : [])),
    degraded: last('degraded'),
  };
};
