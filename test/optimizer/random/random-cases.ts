import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import { NO_FACTS, type Claim, type Facts, type Level } from '../../../src/llm/optimizer/ir/index.js';
import { Chance } from '../../../src/kernel/chance.js';
import * as edges from './edge-mutations.js';
import * as fields from './field-mutations.js';
import * as moves from './move-mutations.js';
import * as tasks from './task-mutations.js';
import { copyOf, placesOf, type Document } from './document.js';
import type { Claimed, Draft, Mutate } from './mutation.js';
import { FLAT, FULL, HOLDING, randomDocument, type Shape } from './random-document.js';
import { ACTIONS, compiledOf } from './surroundings.js';

const nothing: Mutate = () => ({ levels: ['identical', 'success-equivalent', 'policy-change', 'fix'] });

const twice: Mutate = (draft) => {
  const names = Object.keys(MUTATIONS).filter((name) => name !== 'twice');
  const [one, other] = [draft.chance.pick(names), draft.chance.pick(names)] as const;
  const [first, second] = [MUTATIONS[one]?.(draft), MUTATIONS[other]?.(draft)];
  if (!first || !second) return undefined;
  const both = <K extends 'stands' | 'gone' | 'policies'>(field: K): Claim[K] =>
    ({ ...first[field], ...second[field] }) as Claim[K];
  return { levels: first.levels, stands: both('stands'), gone: both('gone'), policies: both('policies') };
};

/** By name. */
export const MUTATIONS: Readonly<Record<string, Mutate>> = { ...edges, ...tasks, ...moves, ...fields, nothing, twice };

const twoOf = (names: readonly string[]): string[] => [...names, ...names];

/** Those that rewrites of the catalogue are made of come more often. */
const OFTEN = [
  ...['dropEdge', 'dropEdge', 'dropEdge', 'dropImpliedEdge', 'dropImpliedEdge', 'dropAllEdges'],
  ...['removeDeadTask', 'removeDeadTask', 'mergeDuplicates', 'mergeDuplicates', 'removeTask', 'moveOut'],
  ...['replaceEdgeByItsPaths', 'redirectEdge', 'twice', 'twice', 'hoist', 'hoist'],
];
/** Those that hardly any checker could be wrong about. */
const SELDOM: ReadonlySet<string> = new Set(['nothing', 'reorderKeys', 'changePriority']);
const PICKED = [...twoOf(Object.keys(MUTATIONS).filter((name) => !SELDOM.has(name))), ...SELDOM, ...twoOf(OFTEN)];

const ALL_LEVELS: readonly Level[] = ['identical', 'success-equivalent', 'policy-change', 'fix'];

/** Somebody claims something of a candidate. */
export interface Case {
  readonly mutation: string;
  readonly candidate: CompiledWorkflow;
  readonly claim: Claim;
}

/** A base, and what is made of it. */
export interface CaseFamily {
  readonly seed: number | string;
  readonly base: CompiledWorkflow;
  readonly facts: Facts;
  readonly cases: readonly Case[];
}

const claimOf = ({ levels, stands = {}, gone = {}, policies = {} }: Claimed, chance: Chance): Claim => {
  const [first] = levels;
  const level = chance.happens(0.7) ? (first as Level) : chance.pick(chance.happens(0.8) ? levels : ALL_LEVELS);
  return { level, stands, gone, policies };
};

/** Facts that a person or an operator might state about the random actions, and that are true in the worlds of the oracle. */
export const randomFacts = (document: Document, chance: Chance): Facts => {
  if (chance.happens(0.5)) return NO_FACTS;
  const known = [...ACTIONS.write, ...ACTIONS.read, ...ACTIONS.idempotent, 'tekton/action c.x'];
  const effects = chance.happens(0.4)
    ? {
        [chance.pick(['tekton/action c.x', 't/log', 't/put', 't/look'])]: chance.pick([
          'pure',
          'read',
          'idempotent',
        ] as const),
      }
    : {};
  const commuting = chance.happens(0.6) ? [[chance.pick(known), chance.pick(known)] as const] : [];
  const place = chance.pick(placesOf(document));
  const ids = Object.keys(place.tasks);
  const unordered =
    ids.length > 1 && chance.happens(0.4)
      ? [{ scope: place.path, tasks: [ids[0] as string, chance.pick(ids.slice(1))] as const }]
      : [];
  return { effects, commuting, unordered };
};

/** Undefined: what came of it is not valid, or the same thing. */
const caseOf = (base: CompiledWorkflow, chance: Chance, mutations: readonly string[]): Case | undefined => {
  const mutation = chance.pick(mutations);
  const draft: Draft = { document: copyOf(base.document) as Document, chance };
  const claimed = MUTATIONS[mutation]?.(draft);
  if (!claimed) return undefined;
  const isSame = mutation !== 'nothing' && JSON.stringify(draft.document) === JSON.stringify(base.document);
  const candidate = isSame ? undefined : compiledOf(draft.document);
  return candidate && { mutation, candidate, claim: claimOf(claimed, chance) };
};

export interface CaseOptions {
  readonly shape?: Shape;
  /** Candidates of one base; default 8. */
  readonly candidates?: number;
  readonly mutations?: readonly string[];
}

/** A base and its candidates by their seed; of three bases one is flat, of the others every fourth has full bodies. Undefined: the seed gives no valid base. */
export const caseFamily = (seed: number | string, options: CaseOptions = {}): CaseFamily | undefined => {
  const chance = new Chance('family', seed);
  const {
    shape = chance.happens(0.35) ? FLAT : chance.happens(0.25) ? HOLDING : FULL,
    candidates = 8,
    mutations = PICKED,
  } = options;
  const document = randomDocument(seed, shape);
  const base = compiledOf(document);
  if (!base) return undefined;
  const facts = randomFacts(document, chance);
  const cases: Case[] = [];
  const known = new Set<string>();
  for (let tries = 0; cases.length < candidates && tries < candidates * 3; tries++) {
    const one = caseOf(base, chance, mutations);
    if (!one) continue;
    const key = JSON.stringify([one.candidate.document, one.claim]);
    if (known.has(key)) continue;
    known.add(key);
    cases.push(one);
  }
  return { seed, base, facts, cases };
};
