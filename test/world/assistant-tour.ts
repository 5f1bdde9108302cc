import type { Answer } from './service.js';

type Ask = (operation: string, path: string, body?: unknown) => Promise<Answer['body']>;

const V = '/api/v1';

/** Asks the assistants everything once. */
export const tourOfAssistants = async (
  { workflow, execution }: { readonly workflow: string; readonly execution: string },
  ask: Ask,
): Promise<void> => {
  const w = `${V}/workflows/${workflow}`;
  const plan = `POST ${V}/workflows/{id}/plan`;
  await ask(plan, `${w}/plan`, {});
  await ask(plan, `${w}/plan`, { input: {}, assume: { '/a': { output: 1 } } });
  await ask(plan, `${w}/plan`, { assume: { a: { output: 1 } } });
  await ask(plan, `${V}/workflows/00000000-0000-4000-8000-000000000000/plan`, {});
  const explain = `POST ${V}/workflows/{id}/explain`;
  await ask(explain, `${w}/explain`, {});
  await ask(explain, `${w}/explain`, { audience: 'operator', llm: 'never', budget: { ms: 1000 } });
  await ask(explain, `${w}/explain`, { audience: 'nobody' });
  await ask(explain, `${w}/explain`, { llm: 'require' });
  await ask(explain, `${V}/workflows/00000000-0000-4000-8000-000000000000/explain`, {});
  const expression = `POST ${V}/expressions/help`;
  const help = (body: object) => ask(expression, `${V}/expressions/help`, body);
  await help({
    expression: 'size(input.rows) + tasks.a.output',
    workflow_id: workflow,
    sample: { input: { rows: [1] } },
  });
  await help({
    expression: 'imput',
    words: 'how many rows',
    definition: { name: 'w', tasks: { a: { type: 'core/noop' } } },
    task: '/a',
  });
  await help({});
  await help({ words: 'x', task: '/nobody', workflow_id: workflow });
  await help({ words: 'x', definition: {} });
  await help({ words: 'x', workflow_id: '00000000-0000-4000-8000-000000000000' });
  await help({ words: 'x', llm: 'require' });
  const generate = `POST ${V}/workflows/generate`;
  await ask(generate, `${V}/workflows/generate`, { goal: 'check https://a.example', llm: 'never' });
  await ask(generate, `${V}/workflows/generate`, { goal: 'run another workflow' });
  await ask(generate, `${V}/workflows/generate`, { goal: 'bake a cake' });
  await ask(generate, `${V}/workflows/generate`, { most: 9 });
  await ask(generate, `${V}/workflows/generate`, { goal: 'x', llm: 'require' });
  const diagnose = `POST ${V}/executions/{id}/diagnose`;
  await ask(diagnose, `${V}/executions/${execution}/diagnose`);
  await ask(diagnose, `${V}/executions/${execution}/diagnose`, { llm: 'never', budget: { ms: 500 } });
  await ask(diagnose, `${V}/executions/${execution}/diagnose`, { llm: 'require' });
  await ask(diagnose, `${V}/executions/00000000-0000-4000-8000-000000000000/diagnose`);
};
