import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { patternOf, type RunEvent } from '../../src/engine/core/index.js';
import { EmbeddedEngine, systemTimers } from '../../src/engine/embedded/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { planFamily } from '../../src/llm/assistants/plan/plan-workflow.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { noHistory } from '../../src/llm/optimizer/simulate/index.js';
import { newId } from '../../src/new-id.js';
import type { Storage } from '../../src/persistence/index.js';
import type { HttpRequest, HttpResponse } from '../../src/plugin/contract/index.js';
import { createInProcessRunner, secretsFrom, type PluginRegistry } from '../../src/plugin/host/index.js';
import type { OutboundHttp, SecretSource } from '../../src/plugin/ports/index.js';
import { Chance } from '../../src/simulation/index.js';
import { WorkflowCatalog } from '../../src/workflow/index.js';
import { loadBuiltIns } from '../world/built-ins.js';
import { seedOf } from '../world/random.js';
import { temporaryStorage } from '../world/stores.js';

/*
 * Random workflows that ask hosts and run each other, planned and then run by the real engine with the real `http` plugin
 * over a network that is written down and not there: what a run reaches, uses and does is in the plan.
 */

const CASES = process.env.HARMONIA_TEST_LONG === '1' ? 3000 : 30;
const SECRETS = ['one', 'two', 'three'];
const MEMBERS = 4;

/** What a run has reached and used. */
const reached = { hosts: new Set<string>(), secrets: new Set<string>() };

const answered = (request: HttpRequest): HttpResponse => {
  const url = new URL(request.url);
  reached.hosts.add(url.host);
  // Some servers fail, and all send on to somewhere that no definition names.
  const status = url.pathname === '/broken' ? 404 : 200;
  const body = { next: `https://told-by-${url.hostname}/x`, host: `told-by-${url.hostname}` };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return {
    ...{ status, url: request.url, headers: { 'content-type': 'application/json' } },
    body: (async function* () {
      await Promise.resolve();
      yield bytes;
    })(),
    bytes: () => Promise.resolve(bytes),
    text: () => Promise.resolve(JSON.stringify(body)),
    json: () => Promise.resolve(body),
  };
};
const http: OutboundHttp = { client: () => ({ request: (request) => Promise.resolve(answered(request)) }) };

const kept = secretsFrom(Object.fromEntries(SECRETS.map((name) => [name, `secret ${name}`])));
const secrets: SecretSource = {
  ...kept,
  get: (name) => {
    reached.secrets.add(name);
    return kept.get(name);
  },
};

let storage: Storage;
let registry: PluginRegistry;
let catalog: WorkflowCatalog;
let engine: EmbeddedEngine;
beforeAll(async () => {
  storage = await temporaryStorage();
  registry = await loadBuiltIns();
  const schemas = createSchemaChecker();
  const surroundings = { catalogue: registry, schemas };
  catalog = new WorkflowCatalog({ store: storage.workflows, clock: systemTimers, newId, surroundings });
  const limits = { maxOutputBytes: 2 ** 20 };
  const around = { secrets, services: {}, http, clock: systemTimers, limits };
  engine = new EmbeddedEngine({
    journal: storage.journal,
    timers: systemTimers,
    notifier: { publish: () => undefined, progress: () => undefined },
    runner: createInProcessRunner({ registry, schemaChecker: schemas, ...around }),
    limits: { maxRunningTasks: 100, maxOpenExecutions: 1000, maxOpenSteps: 100_000 },
    compiled: (definition) => catalog.compiled(definition),
    workflow: (name, range, execution) => catalog.runnableByName(name, range, execution),
    newSeed: newId,
    newId,
    onTrouble: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  await engine.open();
}, 60_000);
afterAll(async () => {
  await engine.close(1000);
  await storage.close();
});

const INPUT: JsonObject = {
  ...{ host: 'given.example', urls: ['https://a.example/x', 'https://b.example/broken'], yes: true, no: false },
  depth: 2,
};

interface Here {
  readonly chance: Chance;
  readonly names: readonly string[];
  readonly id: string;
  /** Siblings that it may read. */
  readonly before: readonly { readonly id: string; readonly is: 'http' | 'value' | 'other' }[];
  readonly item: string | undefined;
}

const url = ({ chance, before, item, id }: Here): string => {
  const of = (is: string): string | undefined => before.filter((one) => one.is === is).at(-1)?.id;
  const [asked, value] = [of('http'), of('value')];
  return chance.pick([
    ...[`https://${id}.example/x`, 'https://${input.host}/x', 'https://shared.example:8443/${input.depth}'],
    ...['https://c.example/broken', '${input.urls[0]}', 'https://${input.yes ? "p" : "q"}.example/'],
    ...(value === undefined
      ? []
      : [`\${tasks.${value}.output.url}`, `https://x-\${tasks.${value}.output.name}.example/`]),
    ...(asked === undefined
      ? []
      : [`\${tasks.${asked}.output.body.next}`, `https://\${tasks.${asked}.output.body.host}/x`]),
    ...(item === undefined ? [] : [`\${${item}}`, `\${${item}}`]),
  ]);
};

const asking = (here: Here): JsonObject => {
  const { chance } = here;
  const secret = chance.pick(SECRETS);
  return {
    type: 'http/request',
    input: {
      url: url(here),
      max_redirects: 0,
      ...(chance.happens(0.3) && { headers: { key: `k \${secrets.${secret}}` } }),
    },
  };
};

const running = ({ chance, names, before }: Here): JsonObject => {
  const asked = before.filter(({ is }) => is === 'http').at(-1)?.id;
  const host = chance.pick([
    '${input.host}',
    'handed.example',
    ...(asked === undefined ? [] : [`\${tasks.${asked}.output.body.host}`]),
  ]);
  const input = { host, urls: '${input.urls}', yes: chance.pick([true, false, '${input.yes}']), no: false };
  return {
    workflow: { name: chance.pick(names), input: { ...input, depth: '${input.depth - 1}' }, wait: chance.happens(0.8) },
    when: '${input.depth > 0}',
  };
};

const work = (here: Here, depth: number): JsonObject => {
  const { chance, id } = here;
  const inside = (item?: string): JsonObject => randomTasks({ ...here, item: item ?? here.item }, `${id}i`, depth + 1);
  const kind = chance.below(depth < 2 ? 10 : 6);
  if (kind < 3) return asking(here);
  if (kind < 4)
    return {
      type: 'core/value',
      input: { url: url({ ...here, before: [] }), name: chance.pick(['m', '${input.depth}']) },
    };
  if (kind < 6) return running(here);
  if (kind < 7) return { map: { over: '${input.urls}', as: `m${id}` }, tasks: inside(`m${id}`) };
  if (kind < 8) return { try: inside(), catch: inside() };
  if (kind < 9) return { loop: { while: '${index < 2}', max_iterations: 3 }, tasks: inside() };
  return { tasks: inside() };
};

const randomTasks = (around: Omit<Here, 'id' | 'before'>, prefix: string, depth: number): JsonObject => {
  const { chance } = around;
  const before: Here['before'][number][] = [];
  const tasks: [string, JsonObject][] = [];
  for (let index = 0; index < 1 + chance.below(3); index++) {
    const id = `${prefix}${index}`;
    const task = work({ ...around, id, before: [...before] }, depth);
    const traits: JsonObject = {
      ...(task.when === undefined && chance.happens(0.2) && { when: chance.pick(['${input.yes}', '${input.no}']) }),
      ...(chance.happens(0.3) && { on_error: 'continue' }),
    };
    tasks.push([id, { ...traits, ...task }]);
    const isSafe = traits.when === undefined && traits.on_error === undefined;
    before.push({
      id,
      is: !isSafe ? 'other' : task.type === 'http/request' ? 'http' : task.type === 'core/value' ? 'value' : 'other',
    });
  }
  return Object.fromEntries(tasks);
};

/** Tasks of a plan by their whole names, and the steps below which nothing is told: it is told above, or is too much. */
const foreseenIn = (plan: JsonObject): { readonly chances: Map<string, string>; readonly repeats: string[] } => {
  const chances = new Map<string, string>();
  const repeats: string[] = [];
  const walk = ({ tasks, workflows, task, outcome }: JsonObject): void => {
    for (const one of tasks as JsonObject[]) chances.set(one.task as string, one.chance as string);
    if (outcome === 'repeats' || outcome === 'unplanned') repeats.push(task as string);
    for (const child of workflows as JsonObject[]) walk(child);
  };
  walk(plan);
  return { chances, repeats };
};

const BEGINS: ReadonlySet<RunEvent['type']> = new Set(['step_started', 'step_opened', 'step_armed', 'step_completed']);

/** What an execution and those below it did, by whole names; whether anything failed anywhere. */
const doneBy = async (root: string): Promise<{ readonly done: Set<string>; readonly isCalm: boolean }> => {
  const ids = storage.database.prepare('SELECT id FROM execution ORDER BY ref').pluck().all() as string[];
  const names = new Map([[root, '']]);
  const done = new Set<string>();
  let isCalm = true;
  for (const id of ids.slice(ids.indexOf(root))) {
    const events = (await storage.reader.events(id, 0, 100_000)).map(({ recorded }) => recorded.event);
    const [first] = events;
    const parent = first?.type === 'execution_started' ? first.parent : undefined;
    if (parent) names.set(id, `${names.get(parent.execution) ?? '?'}${patternOf(parent.step)} > `);
    for (const event of events) {
      if (event.type === 'execution_failed' || event.type === 'step_failed') isCalm = false;
      if (BEGINS.has(event.type) && 'step' in event) done.add(`${names.get(id) ?? '?'}${patternOf(event.step)}`);
    }
  }
  return { done, isCalm };
};

const hostsIn = ({ hosts }: JsonObject): string[] => (hosts as { host: string }[]).map(({ host }) => host);

/** What a run did, reached and used that its plan does not have; and what is certain there and was not done. */
const unforeseen = (
  planned: JsonObject,
  { done, isCalm }: { readonly done: ReadonlySet<string>; readonly isCalm: boolean },
): string[] => {
  const hosts = hostsIn(planned);
  const named = (planned.secrets as { name: string }[]).map(({ name }) => name);
  const { chances, repeats } = foreseenIn(planned);
  const isTold = (name: string): boolean => !repeats.some((step) => name.startsWith(`${step} > `));
  const isImpossible = (name: string): boolean => (chances.get(name) ?? 'impossible') === 'impossible';
  const certain = isCalm ? [...chances].flatMap(([name, is]) => (is === 'certain' ? [name] : [])) : [];
  return [
    ...[...reached.hosts].filter((host) => !hosts.includes('*') && !hosts.includes(host)),
    ...[...reached.secrets].filter((name) => !named.includes(name)),
    ...[...done].filter((name) => isTold(name) && isImpossible(name)),
    ...certain.filter((name) => !done.has(name)).map((name) => `${name} was certain`),
  ];
};

const settle = async (root: string): Promise<void> => {
  await engine.ended(root);
  // Those that nobody waits for.
  for (;;) {
    const open = storage.database.prepare('SELECT id FROM execution WHERE ended_at IS NULL').pluck().all() as string[];
    if (open.length === 0) return;
    for (const id of open) await engine.ended(id);
  }
};

test(`every host that ${CASES} families reach, every secret that they use and every task that they do is in their plans`, async () => {
  const seed = seedOf('planned families');
  const wrong: string[] = [];
  const seen = { told: 0, open: 0, calm: 0, children: 0, certain: 0, impossible: 0, repeats: 0 };
  for (let index = 0; index < CASES; index++) {
    const chance = new Chance(seed, index);
    const names = Array.from({ length: MEMBERS }, (_, member) => `f${index}m${member}`);
    const ids: string[] = [];
    for (const name of names) {
      const source = { name, tasks: randomTasks({ chance, names, item: undefined }, 't', 0) };
      ids.push((await catalog.create({ source })).workflow.id);
    }
    const workflow = await catalog.runnable(ids[0] as string);
    const plan = async (input: JsonObject | undefined): Promise<JsonObject> => {
      const { compiled, pinned } = workflow;
      const whereabouts = { hostsOf: (type: string) => registry.task(type)?.hosts ?? [], baseOf: () => undefined };
      const known = { history: noHistory(), facts: NO_FACTS, limits: {}, whereabouts };
      const about = { compiled, ...known, input, assume: undefined, now: systemTimers.now() };
      const planned = await planFamily(about, { definition: pinned.definition, definitions: catalog });
      if (!planned.ok) throw new Error(JSON.stringify(planned.error));
      return planned.value;
    };
    const plans = { known: await plan(INPUT), blind: await plan(undefined) };
    reached.hosts.clear();
    reached.secrets.clear();
    const { execution } = await engine.start({ workflow, input: INPUT });
    await settle(execution);
    const { done, isCalm } = await doneBy(execution);
    if (isCalm) seen.calm += 1;
    if ([...done].some((name) => name.includes(' > '))) seen.children += 1;
    for (const [which, planned] of Object.entries(plans)) {
      wrong.push(...unforeseen(planned, { done, isCalm }).map((what) => `${index} ${which}: ${what}`));
      if (which === 'blind') continue;
      const { chances, repeats } = foreseenIn(planned);
      const told = [...chances.values()];
      seen[hostsIn(planned).includes('*') ? 'open' : 'told'] += 1;
      seen.certain += told.filter((is) => is === 'certain').length;
      seen.impossible += told.filter((is) => is === 'impossible').length;
      seen.repeats += repeats.length;
    }
  }
  expect(wrong).toEqual([]);
  // Otherwise it would be easy.
  expect(seen.told).toBeGreaterThan(CASES / 8);
  expect(Math.min(seen.open, seen.calm, seen.children)).toBeGreaterThan(CASES / 10);
  expect(Math.min(seen.certain, seen.impossible, seen.repeats)).toBeGreaterThan(0);
}, 300_000);
