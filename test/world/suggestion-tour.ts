import type { Ask } from './template-tour.js';

const V = '/api/v1';

/** Every operation on suggestions, once. */
export const tourOfSuggestions = async (ask: Ask): Promise<void> => {
  const task = (n: number, ...after: string[]): object => ({
    ...{ type: 'core/value', input: { n } },
    ...(after.length > 0 && { depends_on: after }),
  });
  const { workflow_id: workflow } = await ask(`POST ${V}/workflows`, `${V}/workflows`, {
    ...{ name: 'improved', version: '1.0.0', tasks: { a: task(1), b: task(2, 'a'), dead: task(3) } },
    output: { a: '${tasks.a.output.n}', b: '${tasks.b.output.n}' },
  });
  const w = `${V}/workflows/${workflow as string}`;
  const W = `${V}/workflows/{id}`;
  const found = async (): Promise<string[]> => {
    const { suggestions } = await ask(`POST ${W}/suggestions`, `${w}/suggestions`, {
      goal: 'latency',
      kinds: ['parallelise'],
    });
    return (suggestions as unknown as { id: string }[]).map(({ id }) => id);
  };
  await ask(`POST ${W}/suggestions`, `${w}/suggestions`, { goal: 'beauty' });
  const [id = ''] = await found();
  await ask(`GET ${W}/suggestions`, `${w}/suggestions?status=open`);
  const s = `${V}/suggestions/${id}`;
  const S = `${V}/suggestions/{id}`;
  await ask(`GET ${S}`, s);
  await ask(`POST ${S}/preview`, `${s}/preview`);
  await ask(`POST ${S}/apply`, `${s}/apply`, { note: 'tour' });
  await ask(`POST ${W}/versions/{version}/rollback`, `${w}/versions/1.0.0/rollback`);
  await ask(`POST ${S}/promote`, `${s}/promote`, {});
  await found();
  await ask(`POST ${S}/apply`, `${s}/apply`, { canary: { share: 0.9 } });
  await ask(`POST ${S}/apply`, `${s}/apply`, { canary: { share: 0.1, runs: 10 } });
  await ask(`GET ${W}`, w);
  await ask(`GET ${S}`, s);
  await ask(`POST ${S}/abandon`, `${s}/abandon`);
  await ask(`POST ${S}/apply`, `${s}/apply`, { canary: { share: 0.5 } });
  await ask(`DELETE ${W}/canary`, `${w}/canary`);
  await ask(`DELETE ${W}/canary`, `${w}/canary`);
  await ask(`POST ${S}/apply`, `${s}/apply`, { canary: { share: 0.5 } });
  await ask(`POST ${S}/promote`, `${s}/promote`, { note: 'tour' });
  await ask(`GET ${W}/versions`, `${w}/versions`);
  await ask(`GET ${V}/optimizer/calibration`, `${V}/optimizer/calibration`);
  await ask(`POST ${W}/versions/{version}/rollback`, `${w}/versions/1.0.0/rollback`);
  await found();
  await ask(`POST ${S}/dismiss`, `${s}/dismiss`, { reason: 'tour' });
  await ask(`POST ${W}/suggestions`, `${w}/suggestions`, { goal: 'cost' });
  await ask(`POST ${W}/suggestions/apply-safe`, `${w}/suggestions/apply-safe`, {});
  await ask(`POST ${W}/suggestions/apply-safe`, `${w}/suggestions/apply-safe`, {});
  await ask(`PUT ${V}/optimizer/facts`, `${V}/optimizer/facts`, { effects: { 'core/log': 'read' } });
  await ask(`PUT ${V}/optimizer/facts`, `${V}/optimizer/facts`, {});
  await ask(`GET ${V}/optimizer/facts`, `${V}/optimizer/facts`);
  await ask(`PUT ${W}/unordered`, `${w}/unordered`, { unordered: [{ tasks: ['a', 'b'] }] });
  await ask(`GET ${W}/unordered`, `${w}/unordered`);
};
