import {
  err,
  isJsonObject,
  ok,
  type Fault,
  type Instant,
  type Json,
  type JsonObject,
  type Result,
} from '../../../kernel/index.js';
import type { CompiledScope, CompiledWorkflow } from '../definition.js';
import { acceptInput } from '../decide/start.js';
import { bodiesIn } from './bodies-in.js';
import { ON_COMPLETE, ON_FAILURE } from '../fold/notice.js';
import { Crossroads, everyWay } from './crossroads.js';
import { Knowledge } from './knowledge.js';
import { Counts, type KnownInput } from './ledger.js';
import type { Because } from './place.js';
import type { Assume, Oracle, ScopeFate } from './oracle.js';
import { fateOfScope } from './scope-fates.js';

/** What is known before an execution begins. */
export interface Foreknowledge {
  /** Undefined: nothing of the input is known. */
  readonly input: JsonObject | undefined;
  readonly now: Instant;
  /** How tasks and waits end. Default: nothing is said of any. */
  readonly assume?: Assume;
}

/** What will become of a task. */
export interface Forecast {
  /** `/each[*]/fetch` */
  readonly pattern: string;
  /** How often it begins in an execution in which nothing fails but what is known to; `max` also in others. Infinity: nothing bounds it. */
  readonly min: number;
  readonly max: number;
  /** Items or iterations, of a map or a loop that may run. */
  readonly sizes: { readonly min: number; readonly max: number } | undefined;
  /** Why it is not certain to run, or not to run. */
  readonly because: readonly Because[];
  /** What it may be given, as far as that is known. */
  readonly inputs: readonly KnownInput[];
  /** Of a step that starts an execution: what it may give it; undefined: that is not known. */
  readonly given: readonly (Json | undefined)[];
}

/** What will become of an execution. */
export interface Foresight {
  /** In document order; what undoes a task comes after it, notices last. */
  readonly tasks: readonly Forecast[];
  /** It fails whatever the tasks give; it may; not before something fails of which that is not known. */
  readonly fails: 'must' | 'may' | 'never';
  /** Ways through the workflow that were told apart. */
  readonly worlds: number;
}

/**
 * Works out beforehand what an execution will do: an abstract interpretation of the definition (Cousot & Cousot 1977) in
 * which joins, choices and expressions are those of the engine, and a value is known or is not. What is open goes all its
 * ways, one by one while they are few. Sound: a task with `min` 1 runs in each execution in which nothing fails that is
 * not known to, unless somebody cancels it or a time limit ends it; one with `max` 0 runs in none. An input that the
 * workflow does not take is refused.
 */
export const foresee = (
  compiled: CompiledWorkflow,
  { input, now, assume = () => undefined }: Foreknowledge,
): Result<Foresight, readonly Fault[]> => {
  const accepted = input === undefined ? ok(undefined) : acceptInput(compiled.inputSchema, input);
  if (!accepted.ok) return err(accepted.error);
  const known: JsonObject = isJsonObject(accepted.value) ? { input: accepted.value } : {};
  const { name, version } = compiled;
  const about: About = {
    compiled,
    assume,
    knowledge: new Knowledge(now),
    variables: { ...known, workflow: { name, version } },
  };
  const { worlds, mayFail, mustFail, hasFailures } = withoutSurprises(about, false);
  // What waits beside something that fails is canceled, sooner or later.
  const calm = hasFailures ? withoutSurprises(about, true).worlds : worlds;
  const anything = world(about, { mayFail: true, isDoomed: true, take: everyWay.take });
  const failsFast = compiled.failFast && hasFailures;
  const tasks = patternsOf(compiled).map((pattern) =>
    forecastOf(pattern, { calm, anything: anything.counts, failsFast }),
  );
  const fails = mustFail ? 'must' : mayFail ? 'may' : 'never';
  return ok({
    tasks: [...tasks, ...noticesOf(compiled, { mayFail, mustFail, neverCompletes: anything.fate.mustFail })],
    fails,
    worlds: calm.length,
  });
};

interface About {
  readonly compiled: CompiledWorkflow;
  readonly assume: Assume;
  readonly knowledge: Knowledge;
  readonly variables: JsonObject;
}

interface World {
  readonly counts: Counts;
  readonly fate: ScopeFate;
}

const world = (
  { compiled, assume, knowledge, variables }: About,
  manner: Pick<Oracle, 'mayFail' | 'isDoomed' | 'take'>,
): World => {
  const counts = new Counts();
  const oracle: Oracle = { knowledge, counts, assume, ...manner, fateOfScope: (start) => fateOfScope(oracle, start) };
  const start = { scope: compiled.scope, prefix: '', address: '', up: undefined, variables, times: { min: 1, max: 1 } };
  return { counts, fate: fateOfScope(oracle, start) };
};

/** All worlds in which nothing fails that is not known to. */
const withoutSurprises = (about: About, isDoomed: boolean) => {
  const crossroads = new Crossroads(about.compiled.taskCount);
  const worlds: World[] = [];
  do {
    worlds.push(world(about, { mayFail: false, isDoomed, take: (ways) => crossroads.take(ways) }));
  } while (crossroads.next());
  return {
    worlds: worlds.map(({ counts }) => counts),
    hasFailures: worlds.some(({ counts }) => counts.hasFailures),
    mayFail: worlds.some(({ fate }) => fate.mayFail),
    mustFail: worlds.every(({ fate }) => fate.mustFail),
  };
};

const forecastOf = (
  pattern: string,
  { calm, anything, failsFast }: { calm: readonly Counts[]; anything: Counts; failsFast: boolean },
): Forecast => {
  const seen = calm.flatMap((counts) => counts.byPattern.get(pattern) ?? []);
  const stormy = anything.byPattern.get(pattern);
  const min = failsFast || seen.length < calm.length ? 0 : Math.min(...seen.map((count) => count.min));
  const max = Math.max(stormy?.max ?? 0, ...seen.map((count) => count.max));
  const happens = seen.some((count) => count.max > 0);
  const because = new Map(seen.flatMap((count) => [...count.because]));
  if (max > 0 && !happens) because.set('only_after_failure', { is: 'only_after_failure' });
  if (failsFast && max > 0) because.set('cut_short', { is: 'cut_short' });
  const all = [...seen, ...(stormy ? [stormy] : [])];
  const inputs = new Map(all.flatMap((count) => [...count.inputs]));
  const given = new Map(all.flatMap((count) => [...count.given]));
  const sizes = all.flatMap((count) => count.sizes ?? []);
  return {
    ...{ pattern, min, max, because: min > 0 ? [] : [...because.values()], inputs: [...inputs.values()] },
    given: [...given.values()],
    sizes:
      sizes.length === 0
        ? undefined
        : { min: Math.min(...sizes.map((size) => size.min)), max: Math.max(...sizes.map((size) => size.max)) },
  };
};

const patternsOf = ({ scope }: CompiledWorkflow): readonly string[] => {
  const found: string[] = [];
  const walk = ({ tasks }: CompiledScope, prefix: string): void => {
    for (const task of tasks) {
      const pattern = `${prefix}/${task.id}`;
      found.push(pattern);
      if (task.compensate) found.push(`${pattern}!compensate`);
      for (const { scope: body, suffix } of bodiesIn(task.work)) walk(body, pattern + suffix);
    }
  };
  walk(scope, '');
  return found;
};

const noticesOf = (
  { onComplete, onFailure }: CompiledWorkflow,
  about: { readonly mayFail: boolean; readonly mustFail: boolean; readonly neverCompletes: boolean },
): readonly Forecast[] => {
  const { mayFail, mustFail, neverCompletes } = about;
  const notice = (pattern: string, bounds: { min: number; max: number }, because: readonly Because[]): Forecast => ({
    ...{ pattern, ...bounds, sizes: undefined, because, inputs: [], given: [] },
  });
  return [
    ...(onComplete
      ? [
          notice(
            ON_COMPLETE,
            { min: mayFail ? 0 : 1, max: neverCompletes ? 0 : 1 },
            mayFail ? [{ is: 'cut_short' }] : [],
          ),
        ]
      : []),
    ...(onFailure
      ? [notice(ON_FAILURE, { min: mustFail ? 1 : 0, max: 1 }, mustFail ? [] : [{ is: 'only_after_failure' }])]
      : []),
  ];
};
