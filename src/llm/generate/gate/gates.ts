import type { CompiledWorkflow, Surroundings } from '../../../engine/core/index.js';
import { err, ok, type Instant, type JsonObject, type Result, type Warning } from '../../../kernel/index.js';
import type { Checked } from '../../../workflow/index.js';
import { planWorkflow } from '../../assistants/plan/plan-workflow.js';
import { NO_FACTS } from '../../optimizer/ir/index.js';
import { noHistory } from '../../optimizer/simulate/index.js';
import type { CandidateFlag, CandidateGate, CandidateGateResult, Whereabouts } from '../../ports/index.js';
import { isSaid, madeUpAddress } from './addresses.js';
import { flagsOf, notAllowed, riskOf, type Restriction } from './flags.js';
import { literalSecret } from './literal-secrets.js';
import type { CandidateObjection } from './objection.js';

/** What definitions are held against. */
export interface GateParts {
  /** Imports and validates, as what is posted is. */
  readonly check: (document: JsonObject) => Checked;
  readonly surroundings: () => Surroundings;
  readonly whereabouts: Whereabouts;
  readonly now: () => Instant;
}

/** Where a definition comes from, and what it may do. */
export interface GateRequest {
  readonly restriction: Restriction;
  /**
   * All that its author was told: it may name no address that is not in there, and no credential in clear. Absent: it was
   * written by somebody who may.
   */
  readonly words?: string;
}

/** A definition that passed. */
export interface Passed {
  readonly document: JsonObject;
  readonly gates: readonly CandidateGateResult[];
  readonly flags: readonly CandidateFlag[];
  readonly plan: JsonObject;
  readonly risk: 'low' | 'medium' | 'high';
}

/** Faults that are told of one definition. */
const MOST_FAULTS = 5;

const passed = (id: CandidateGate, detail: string): CandidateGateResult => ({ id, ok: true, detail });

interface Valid {
  readonly document: JsonObject;
  readonly compiled: CompiledWorkflow;
  readonly warnings: readonly Warning[];
}

const validated = (definition: JsonObject, { check }: GateParts): Result<Valid, CandidateObjection> => {
  const { document, dialect, compiled, faults, warnings } = check(definition);
  const [first] = faults;
  if (compiled && document && dialect === 'canonical') return ok({ document, compiled, warnings });
  if (!first) return err({ gate: 'validate', reason: 'not_canonical', detail: 'it is not in the canonical form' });
  const all = faults.slice(0, MOST_FAULTS).map(({ pointer, message, cure }) => `${pointer}: ${message} ${cure}`);
  return err({ gate: 'validate', reason: first.code, detail: all.join(' | '), pointer: first.pointer });
};

/** What a plan says without the figures of a history that there is not. */
const summaryOf = ({
  tasks,
  hosts,
  redirects,
  credentials,
  secrets,
  effects,
  waits,
  workflows,
}: JsonObject): JsonObject =>
  ({ tasks, hosts, redirects, credentials, secrets, effects, waits, workflows }) as JsonObject;

const planned = (compiled: CompiledWorkflow, parts: GateParts): Result<JsonObject, CandidateObjection> => {
  const { whereabouts, now } = parts;
  const basis = { compiled, history: noHistory(), whereabouts, limits: {}, facts: NO_FACTS };
  const plan = planWorkflow({ ...basis, input: undefined, assume: undefined, now: now() });
  if (plan.ok) return ok(summaryOf(plan.value));
  const [first] = plan.error;
  return err({
    gate: 'plan',
    reason: first?.code ?? 'not_plannable',
    detail: first?.message ?? 'it can not be planned',
  });
};

/** A host that the plan worked out and that the words do not name. */
const strangeHost = (plan: JsonObject, words: string): CandidateObjection | undefined => {
  const hosts = plan.hosts as unknown as readonly { host: string; from: string; tasks: readonly string[] }[];
  const strange = hosts.find(({ host, from }) => from === 'input' && !isSaid(host, words));
  if (!strange) return undefined;
  const detail = `${strange.tasks[0] ?? ''} would reach ${strange.host.slice(0, 100)}, which the words do not name`;
  return { gate: 'plan', reason: 'address_made_up', detail };
};

/** Lets a definition through the gates after `parse` and `schema`; the first that it does not pass ends it. */
export const throughGates = (
  definition: JsonObject,
  { restriction, words }: GateRequest,
  parts: GateParts,
): Result<Passed, CandidateObjection> => {
  const valid = validated(definition, parts);
  if (!valid.ok) return valid;
  const { document, compiled, warnings } = valid.value;
  const strange =
    notAllowed(compiled, restriction) ??
    (words === undefined ? undefined : (literalSecret(document) ?? madeUpAddress(document, words)));
  if (strange) return err(strange);
  const plan = planned(compiled, parts);
  if (!plan.ok) return plan;
  const host = words === undefined ? undefined : strangeHost(plan.value, words);
  if (host) return err(host);
  const { baseOf } = parts.whereabouts;
  const flags = flagsOf({ compiled, plan: plan.value, warnings }, { surroundings: parts.surroundings(), baseOf });
  return ok({
    ...{ document, flags, plan: plan.value, risk: riskOf(flags, plan.value, words !== undefined) },
    gates: [
      passed('parse', 'it can be read'),
      passed('schema', 'it has the form of a definition'),
      passed('validate', `${compiled.taskCount} task(s), no fault`),
      passed('referents', 'what it names is there, or flagged'),
      passed('plan', 'what it would do is worked out; nothing was started'),
    ],
  });
};
