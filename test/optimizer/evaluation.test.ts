import { beforeAll, describe, expect, test } from '@jest/globals';
import { evaluate } from '../../bench/eval/evaluation.js';
import { onInstances } from '../../bench/eval/parts/mutation-benchmark.js';
import { pageOf, type Evaluation, type Figure, type Part } from '../../bench/eval/report.js';

/** Times are no figure of a test. */
const PARTS = ['generated', 'data-flow', 'soundness', 'shape-only', 'words'];

describe('the evaluation in its smallest form', () => {
  let evaluation: Evaluation;
  beforeAll(async () => {
    evaluation = await evaluate({ seed: 7, scale: 'tiny', only: PARTS });
  }, 120_000);

  const part = (id: string): Part => evaluation.parts.find((one) => one.id === id) as Part;
  const figure = (id: string, name: string): Figure =>
    part(id).figures.find((one) => one.name === name) ?? { name, value: NaN };

  test('has its parts, each with figures that are numbers', () => {
    expect(evaluation.parts.map(({ id }) => id)).toEqual(PARTS);
    for (const { figures, table } of evaluation.parts) {
      expect(figures.length).toBeGreaterThan(0);
      for (const { value, goal, isMet } of figures) {
        expect(Number.isFinite(value)).toBe(true);
        expect(goal === undefined).toBe(isMet === undefined);
      }
      for (const row of table?.rows ?? []) expect(row).toHaveLength(table?.head.length ?? 0);
    }
  });

  test('no real order is lost, and every needless edge is found', () => {
    expect(figure('generated', 'real orders looked at').value).toBeGreaterThan(50);
    expect(figure('generated', 'real orders lost').value).toBe(0);
    expect(figure('generated', 'needless edges injected').value).toBeGreaterThan(20);
    expect(figure('generated', 'needless edges removed (recall)').value).toBe(100);
    expect(figure('generated', 'makespan with the needless edges, mean').value).toBeGreaterThan(1);
    expect(figure('generated', 'makespan recovered, worst').value).toBeCloseTo(1, 3);
  });

  test('nothing that does not hold is accepted', () => {
    expect(figure('soundness', 'accepted').value).toBeGreaterThan(10);
    expect(figure('soundness', 'accepted although they do not hold').value).toBe(0);
    expect(figure('soundness', 'mutants of the checker, all found out').value).toBeGreaterThanOrEqual(60);
    expect(figure('shape-only', 'harmful edits that pass the checker').value).toBe(0);
  });

  test('among what shape alone lets through is harm', () => {
    const harmful = part('shape-only').table?.rows.map(([, , count]) => Number(count)) ?? [];
    expect(Math.max(...harmful)).toBeGreaterThan(0);
  });

  test('all goals are met but those of time', () => {
    const missed = evaluation.parts.flatMap(({ figures }) => figures.filter(({ isMet }) => isMet === false));
    expect(missed).toEqual([]);
  });

  test('is the same again, but for times', async () => {
    const { parts } = await evaluate({ seed: 7, scale: 'tiny', only: ['data-flow', 'shape-only'] });
    expect(parts).toEqual([part('data-flow'), part('shape-only')]);
  });

  test('becomes a page', () => {
    const page = pageOf(evaluation, '2026-11-30');
    for (const { title, figures } of evaluation.parts) {
      expect(page).toContain(`## ${title}\n`);
      for (const { name } of figures) expect(page).toContain(`| ${name} |`);
    }
  });
});

describe('models, in the smallest form', () => {
  let parts: readonly Part[];
  beforeAll(async () => {
    parts = (await evaluate({ seed: 7, scale: 'tiny', only: ['models', 'robustness', 'injections', 'requests'] }))
      .parts;
  }, 120_000);
  const figuresOf = (id: string): readonly Figure[] => parts.find((part) => part.id === id)?.figures ?? [];
  const figure = (id: string, name: RegExp): number => figuresOf(id).find((one) => name.test(one.name))?.value ?? NaN;

  test('meet their goals but those of time', () => {
    const missed = parts.flatMap(({ figures }) =>
      figures.filter(({ isMet, unit }) => isMet === false && unit !== 'ms'),
    );
    expect(missed).toEqual([]);
  });

  test('a better model adds what rules must leave, and a hostile one nothing', () => {
    expect(figure('models', /by rules alone/)).toBeLessThan(90);
    const rows = parts.find(({ id }) => id === 'models')?.table?.rows ?? [];
    const [oracle, adversary, silent] = rows.map(([, saved]) => saved);
    expect(oracle).toBe(100);
    expect(adversary).toBe(silent);
  });

  test('something was asked, sent, garbled and written down', () => {
    expect(figure('robustness', /requests over all ways/)).toBeGreaterThan(30);
    expect(figure('robustness', /^garbled bodies$/)).toBeGreaterThan(30);
    expect(figure('injections', /requests to the model/)).toBeGreaterThan(5);
    expect(figure('injections', /changes of behaviour offered/)).toBeGreaterThan(0);
    expect(figure('requests', /tokens that servers reported/)).toBeGreaterThan(1000);
  });
});

test('where the traces are not there, the part says so', () => {
  const { figures, missing } = onInstances('/nowhere');
  expect(figures).toEqual([]);
  expect(missing).toContain('WfCommons instances');
});
