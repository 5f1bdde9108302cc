import { describe, expect, test } from '@jest/globals';
import { ok, type JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS, type Certificate, type Claim, type Facts } from '../../src/llm/optimizer/ir/index.js';
import { campaign } from './campaign.js';
import { objectionTo, tell } from './finding.js';
import { KEPT } from './kept-findings.js';
import { naiveChecker, type Flaw } from './naive/naive-checker.js';
import {
  calm,
  explore,
  FINEST,
  grainOf,
  Judge,
  random,
  slow,
  tellingWorlds,
  type Checker,
  troubled,
  type World,
} from './oracle/index.js';
import { FLAT, FULL, randomDocument, type Shape } from './random/random-document.js';
import { compiledOf, faultsOf } from './random/surroundings.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** Flat, with all that may be said of a task. */
const FEATURES: Shape = { ...FULL, constructs: 0 };
const SMALL: Shape = { ...FULL, most: 3 };

const compiled = (document: JsonObject) => {
  const workflow = compiledOf(document);
  if (!workflow) throw new Error(faultsOf(document).join('\n'));
  return workflow;
};

const flat = (tasks: JsonObject, rest: JsonObject = {}) => compiled({ name: 'w', tasks, ...rest });

const seen = (document: ReturnType<typeof compiled>, world: World = calm(1), facts: Facts = NO_FACTS) => {
  const about = { compiled: document, stands: {}, facts };
  return [...explore({ ...about, world, grain: grainOf(about) }, { situations: 5000 }).observations.values()];
};

const send = (more: JsonObject = {}): JsonObject => ({ type: 't/send', ...more });
const book = (more: JsonObject = {}): JsonObject => ({ type: 't/book', ...more });
const fetches = (more: JsonObject = {}): JsonObject => ({ type: 't/fetch', ...more });
const compute = (more: JsonObject = {}): JsonObject => ({ type: 't/compute', ...more });

describe('what can be observed', () => {
  test('two writes side by side: either order; of three, six', () => {
    expect(seen(flat({ a: send(), b: book() }))).toHaveLength(2);
    expect(seen(flat({ a: send(), b: book(), c: send({ input: { n: 1 } }) }))).toHaveLength(6);
  });

  test('two reads, or writes of which facts say that they commute: one order is like another', () => {
    expect(seen(flat({ a: fetches(), b: { type: 't/look' } }))).toHaveLength(1);
    const facts: Facts = { ...NO_FACTS, commuting: [['t/send', 't/book']] };
    expect(seen(flat({ a: send(), b: book() }), calm(1), facts)).toHaveLength(1);
    const unordered: Facts = { ...NO_FACTS, unordered: [{ scope: '', tasks: ['b', 'a'] }] };
    expect(seen(flat({ a: send(), b: book() }), calm(1), unordered)).toHaveLength(1);
  });

  test('two equal writes are two, and who comes first is all the same', () => {
    const [only, ...others] = seen(flat({ a: send(), b: send() }, { output: {} }));
    expect(others).toEqual([]);
    expect(only?.trace).toHaveLength(2);
  });

  test('a read sees the writes before it', () => {
    const outputs = seen(flat({ a: send(), b: fetches() }, { output: { b: '${tasks.b.output.v}' } }));
    expect(new Set(outputs.map(({ output }) => output)).size).toBe(2);
  });

  test('time that somebody lets pass is seen by what follows, and is nothing by itself', () => {
    const waited = seen(flat({ a: { type: 'core/delay', input: { seconds: 1 } }, b: send({ depends_on: ['a'] }) }));
    const other = seen(flat({ a: { type: 'core/delay', input: { seconds: 1 } }, b: send() }));
    expect(waited.map(({ trace }) => trace.length)).toEqual([1]);
    expect(other).toHaveLength(2);
  });

  test('the loser of a race may have done what it does, or not', () => {
    const race = { a: { race: { b: send(), c: book() } } };
    const traces = seen(flat(race, { output: {} })).map(({ log }) => log.map(({ path }) => path).join());
    expect(traces.sort()).toEqual(['/a/b', '/a/b,/a/c', '/a/b,/a/c', '/a/c', '/a/c,/a/b', '/a/c,/a/b'].sort());
  });

  test('a failure that retries heal leaves two runs; one that they do not, as many as there were', () => {
    const retried = flat({ a: send({ retry_policy: { max_retries: 2, initial_delay: 0, jitter: 0 } }) });
    const runs = (world: World): unknown => seen(retried, world).map(({ end, log }) => [end, log.length]);
    expect(runs(troubled(1, { path: '/a' }, true))).toEqual([['completed', 2]]);
    expect(runs(troubled(1, { path: '/a' }))).toEqual([['failed', 1]]);
    expect(runs(slow(1))).toEqual([['completed', 1]]);
  });

  test('what is undone is undone in either order of two ends, whatever the order of their effects', () => {
    const undo = (n: number): JsonObject => ({ compensate: book({ input: { n } }) });
    const workflow = flat({ a: send(undo(1)), b: send(undo(2)), c: compute({ depends_on: ['a', 'b'] }) });
    const logs = seen(workflow, troubled(1, { pure: 't/compute' })).map(({ log }) =>
      log.map(({ said }) => said).join(' '),
    );
    expect(new Set(logs).size).toBe(2);
  });

  test('a workflow that waits for what never comes is open', () => {
    const silent: World = { ...calm(1), isSilent: true };
    expect(seen(flat({ a: { event: { name: 'paid' } } }), silent).map(({ end }) => end)).toEqual(['open']);
    expect(seen(flat({ a: { event: { name: 'paid', within: 5 } } }), silent).map(({ end }) => end)).toEqual(['failed']);
  });
});

describe('the short cuts of the oracle', () => {
  const SEEDS = LONG ? 4000 : 120;

  test('show what the finest grain shows', () => {
    let compared = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const workflow = compiledOf(randomDocument(`grain ${seed}`, seed % 3 === 0 ? FLAT : SMALL));
      if (!workflow) continue;
      const about = { compiled: workflow, stands: {}, facts: NO_FACTS };
      for (const world of [calm(seed), random(seed), ...tellingWorlds(workflow, NO_FACTS, seed).slice(2, 3)]) {
        const coarse = explore({ ...about, world, grain: grainOf(about) }, { situations: 3000 });
        const fine = explore({ ...about, world, grain: FINEST }, { situations: 3000 });
        if (!coarse.isComplete || !fine.isComplete) continue;
        compared += 1;
        const told = { seed, world: world.name, document: workflow.document };
        expect({ ...told, keys: [...coarse.keys].sort() }).toEqual({ ...told, keys: [...fine.keys].sort() });
        const all = [coarse, fine].map(({ observations }) => [...observations.keys()].sort());
        expect({ ...told, all: all[0] }).toEqual({ ...told, all: all[1] });
      }
    }
    expect(compared).toBeGreaterThan(SEEDS * 2);
  });
});

describe('the levels', () => {
  const certificate = (claim: Partial<Claim>, more: Partial<Certificate> = {}): Certificate => ({
    ...{ level: 'success-equivalent', stands: {}, gone: {}, policies: {}, ...claim },
    ...{ checker: 'test', base: '', candidate: '', facts: '', droppedEdges: [], changesOnFailure: [], ...more },
  });
  const OUTPUT = { output: { b: '${tasks.b.output.v}' } };
  const why = (base: JsonObject, candidate: JsonObject, promise: Certificate): string | undefined => {
    const [one, other] = [flat(base, OUTPUT), flat(candidate, OUTPUT)];
    return new Judge(one, NO_FACTS, tellingWorlds(one, NO_FACTS, 1)).unsound(other, promise)?.why;
  };
  const chain = { a: fetches(), b: { type: 't/look', depends_on: ['a'] } };
  const loose = { a: fetches(), b: { type: 't/look' } };
  const runsAnyway = { is: 'runs_anyway', task: '/b', although: '/a' } as const;

  test('a dropped edge between reads may go, if what runs anyway is announced', () => {
    expect(why(chain, loose, certificate({}, { changesOnFailure: [runsAnyway] }))).toBeUndefined();
    expect(why(chain, loose, certificate({}))).toMatch('nothing is announced');
    expect(why(chain, loose, certificate({ level: 'identical' }))).toMatch('can not come to this');
  });

  test('an execution that completes though the base fails is announced', () => {
    const base = { a: compute(), b: send() };
    const fewer = { b: send() };
    const gone: Claim['gone'] = { '/a': { is: 'dead' } };
    const announced = certificate({ gone }, { changesOnFailure: [{ is: 'fails_no_more', task: '/a' }] });
    expect(why(base, fewer, announced)).toBeUndefined();
    expect(why(base, fewer, certificate({ gone }))).toMatch('completes though the base can not');
  });

  test('a policy, and nothing else', () => {
    const policies: Claim['policies'] = { '/a': ['retry_policy'] };
    const promise = certificate({ level: 'policy-change', policies });
    const retried = { ...chain, a: fetches({ retry_policy: { max_retries: 1 } }) };
    expect(why(chain, retried, promise)).toBeUndefined();
    expect(why(chain, { ...retried, a: { ...retried.a, timeout: 3 } }, promise)).toMatch('more is different');
    expect(why(chain, loose, promise)).toMatch('more is different');
    expect(why(chain, { ...chain, a: fetches({ priority: 0, effects: 'read', when: true }) }, promise)).toBeUndefined();
  });

  test('a fix adds edges, and nothing else', () => {
    const promise = certificate({ level: 'fix' });
    expect(why(loose, chain, promise)).toBeUndefined();
    expect(why(chain, loose, promise)).toMatch('is gone');
    expect(why(loose, { ...chain, a: fetches({ timeout: 3 }) }, promise)).toMatch('more is different');
  });
});

describe('checkers that looked right', () => {
  /** Within so many random cases, made so, the oracle finds what is wrong with each of them. */
  const FLAWS: readonly (readonly [Flaw, Shape, readonly string[]])[] = [
    ['order by resource', FLAT, ['dropEdge', 'dropAllEdges']],
    ['order by term', FLAT, ['dropEdge', 'redirectEdge']],
    ['reads need no order', FLAT, ['dropEdge', 'dropAllEdges']],
    ['implied is identical', FLAT, ['dropImpliedEdge']],
    ['success is identity', FLAT, ['dropEdge', 'removeDeadTask']],
    ['says nothing of failure', FLAT, ['dropEdge']],
    ['same input is same task', FEATURES, ['mergeDuplicates']],
    ['unread is dead', FEATURES, ['removeDeadTask']],
  ];

  test.each(FLAWS)('%s', (flaw, shape, mutations) => {
    const checker = naiveChecker(flaw);
    const { findings } = campaign({ checker, seed: 20_261_127, cases: 4000, shape, mutations });
    expect(findings).not.toEqual([]);
    const [finding] = findings;
    expect(finding && tell(finding, checker)).toMatch(/why: {7}\S/);
  });

  /** A checker without any doubts. */
  const credulous: Checker = ({ claim }) => {
    const hashes = { checker: 'credulous', base: '', candidate: '', facts: '' };
    return ok({ ...claim, ...hashes, droppedEdges: [], changesOnFailure: [] });
  };
  const HARMLESS = /^a name is gone/;

  test.each(Object.entries(KEPT).filter(([name]) => !HARMLESS.test(name)))(
    'would be found to accept: %s',
    (_, question) => {
      expect(objectionTo(question, credulous)).toMatch('why:');
    },
  );

  test('and one that is right of flat workflows: nothing is found', () => {
    const checker = naiveChecker('none');
    const report = campaign({ checker, seed: 20_261_127, cases: LONG ? 100_000 : 1500, shape: FLAT });
    expect(report.findings.map((finding) => tell(finding, checker))).toEqual([]);
    expect(report.accepted).toBeGreaterThan(report.cases / 10);
  });
});
