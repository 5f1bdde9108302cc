import type { Json } from '../../kernel/index.js';
import type { AttemptOutcome } from '../../engine/ports/index.js';
import type { Effects } from '../contract/index.js';

/** What one step came to: attempts that were killed, and those that followed until it ended. */
export interface Observation {
  /** Where its attempts were killed: which boundary, and what it is. */
  readonly kills: readonly { readonly index: number; readonly place: string }[];
  readonly effects: readonly Json[];
  readonly outcome: AttemptOutcome;
  /** What the last attempt passed. */
  readonly boundaries: readonly string[];
}

/** What killing a task at every boundary has shown of its effects. */
export type SeenEffects = 'none' | 'exactly-once' | 'at-least-once';

/** What a certification says of one task. */
export interface TaskVerdict {
  readonly task: string;
  readonly declared: Effects;
  readonly seen: SeenEffects;
  /** Places at which an undisturbed attempt could have died, of all cases. */
  readonly boundaries: number;
  /** Steps whose attempts were killed, once or twice. */
  readonly kills: number;
  /** Of them: those after which an effect had happened twice. */
  readonly repeated: number;
  /** Why it is not what it declares. Empty: it is. */
  readonly failures: readonly string[];
  readonly remarks: readonly string[];
}

/** The steps of one case: two undisturbed ones, and those that were killed. */
export interface CaseObservations {
  readonly name: string;
  readonly baseline: Observation;
  readonly again: Observation;
  readonly killed: readonly Observation[];
}

/** Equal for values that are equal as JSON. */
const canonical = (value: Json): string =>
  JSON.stringify(value, (_key, inner: Json) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** What of `from` is not in `these`, each as often as it is missing. */
const without = (from: readonly Json[], these: readonly Json[]): Json[] => {
  const left = these.map(canonical);
  return from.filter((one) => {
    const at = left.indexOf(canonical(one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

type Difference =
  { readonly is: 'same' } | { readonly is: 'failed' | 'lost' | 'repeated' | 'changed'; readonly words: string };

const SHOWN = 200;
const shown = (value: Json): string => JSON.stringify(value).slice(0, SHOWN);

/** How a step that was killed differs from one that was not. What is worst is said. */
const difference = (baseline: Observation, { effects, outcome }: Observation): Difference => {
  if (outcome.is === 'failed') {
    const { code, message } = outcome.failure;
    return { is: 'failed', words: `the attempts after it failed: ${message} [${code}]` };
  }
  const missing = without(baseline.effects, effects);
  const more = without(effects, baseline.effects);
  const known = baseline.effects.map(canonical);
  const foreign = more.filter((one) => !known.includes(canonical(one)));
  const [first] = missing;
  if (first !== undefined && foreign.length < missing.length)
    return { is: 'lost', words: `this never happened: ${shown(first)}` };
  if (effects.length > baseline.effects.length)
    return { is: 'repeated', words: `this happened once more: ${shown(more.at(-1) ?? null)}` };
  const [other] = foreign;
  if (other === undefined || first === undefined) return { is: 'same' };
  return { is: 'changed', words: `something else happened: ${shown(other)} instead of ${shown(first)}` };
};

const CURES = {
  failed: 'An attempt must end well when the one before it had done everything, and died.',
  lost: 'Record with context.once what has been done, not what is going to be done: do it inside of `work`.',
  repeated:
    "Hand context.idempotencyKey to the service, if it de-duplicates; otherwise declare effects: 'write'. context.once alone leaves a gap between the work and its record.",
  changed: 'Let what the effect says follow from input and idempotency key alone, or leave it out of `effects`.',
} as const;

/** What must not be, by what a task declares. */
const FORBIDDEN: Readonly<Record<Effects, readonly Difference['is'][]>> = {
  pure: ['failed', 'lost', 'repeated', 'changed'],
  read: ['failed', 'lost', 'repeated', 'changed'],
  idempotent: ['failed', 'lost', 'repeated', 'changed'],
  write: ['lost'],
};

const placeOf = ({ kills }: Observation, total: number): string =>
  kills.map(({ index, place }) => `${place} (boundary ${index} of ${total})`).join(', and again ');

/** What is wrong without any kill. */
const undisturbed = (declared: Effects, { name, baseline, again }: CaseObservations): string[] => {
  if (baseline.outcome.is === 'failed') {
    const { code, message } = baseline.outcome.failure;
    return [
      `${name} fails without being killed: ${message} [${code}]\n  → Give the case an input with which the task ends well.`,
    ];
  }
  const [effect] = baseline.effects;
  if ((declared === 'pure' || declared === 'read') && effect !== undefined)
    return [
      `${name} declares effects: '${declared}', but does something: ${shown(effect)}\n  → Declare 'idempotent' or 'write'; \`effects\` of the fake service leaves out what only is read.`,
    ];
  if (difference(baseline, again).is !== 'same')
    return [
      `${name} does not do the same twice, without being killed\n  → Let \`reset\` bring the fake service to its beginning, and leave out of \`effects\` what differs from run to run.`,
    ];
  const [one, two] = [baseline.outcome, again.outcome];
  if (declared === 'pure' && two.is === 'completed' && canonical(one.output) !== canonical(two.output))
    return [
      `${name} declares effects: 'pure', but answers differently to the same input: ${shown(one.output)}, then ${shown(two.output)}\n  → Declare 'read'; what is pure knows no clock and no chance.`,
    ];
  return [];
};

const kindsOf = ({ baseline, killed }: CaseObservations): { kind: Difference; step: Observation }[] =>
  killed.map((step) => ({ kind: difference(baseline, step), step }));

const killed = (declared: Effects, observed: CaseObservations): string[] => {
  const { name, baseline } = observed;
  const total = baseline.boundaries.length;
  const forbidden = FORBIDDEN[declared];
  const failures = new Map<string, string>();
  for (const { kind, step } of kindsOf(observed)) {
    if (kind.is === 'same' || !forbidden.includes(kind.is) || failures.has(kind.is)) continue;
    const cure = CURES[kind.is];
    const place = placeOf(step, total);
    failures.set(
      kind.is,
      `${name} declares effects: '${declared}', but when it is killed ${place}, ${kind.words}\n  → ${cure}`,
    );
  }
  const { outcome } = baseline;
  const differs = observed.killed.find(
    (step) =>
      declared === 'pure' &&
      outcome.is === 'completed' &&
      step.outcome.is === 'completed' &&
      canonical(step.outcome.output) !== canonical(outcome.output),
  );
  if (differs)
    failures.set(
      'output',
      `${name} declares effects: 'pure', but answers differently when it is killed ${placeOf(differs, total)}`,
    );
  return [...failures.values()];
};

const remarksOn = (declared: Effects, seen: SeenEffects): string[] => {
  if (declared === 'write' && seen === 'exactly-once')
    return ["it declares effects: 'write', and is 'idempotent' as far as its cases show"];
  if ((declared === 'write' || declared === 'idempotent') && seen === 'none')
    return [`it declares effects: '${declared}', and its cases show none: it may be 'read', or they miss something`];
  return [];
};

/** Judges a task by what was seen of all its cases. */
export const judge = (task: string, declared: Effects, cases: readonly CaseObservations[]): TaskVerdict => {
  const failures = cases.flatMap((observed) => {
    const before = undisturbed(declared, observed);
    return before.length > 0 ? before : killed(declared, observed);
  });
  const kinds = cases.flatMap((observed) => kindsOf(observed).map(({ kind }) => kind));
  const repeated = kinds.filter(({ is }) => is === 'repeated').length;
  const isQuiet = cases.every(({ baseline, killed: steps }) =>
    [baseline, ...steps].every(({ effects }) => effects.length === 0),
  );
  const isExact = kinds.every(({ is }) => is === 'same');
  const seen = isQuiet ? 'none' : isExact ? 'exactly-once' : 'at-least-once';
  const troubled = kinds.find(({ is }) => declared === 'write' && (is === 'failed' || is === 'changed'));
  return {
    task,
    declared,
    seen,
    boundaries: cases.reduce((sum, { baseline }) => sum + baseline.boundaries.length, 0),
    kills: cases.reduce((sum, { killed: steps }) => sum + steps.filter(({ kills }) => kills.length > 0).length, 0),
    repeated,
    failures,
    remarks: [
      ...(failures.length > 0 ? [] : remarksOn(declared, seen)),
      ...(troubled && troubled.is !== 'same' ? [`after a kill, ${troubled.words}`] : []),
    ],
  };
};
