// Asks what would make a workflow better, and applies the best: node examples/client/suggestions.mjs
import { getHarmoniaClient } from '@tekton/harmonia/client';

const client = await getHarmoniaClient(process.env);

const read = { type: 'core/value', input: { rows: 3 } };
const { workflow_id, version } = await client.createWorkflow({
  name: `report ${Date.now()}`,
  tasks: {
    read,
    count: { type: 'core/value', input: { n: '${tasks.read.output.rows}' } },
    print: { type: 'core/value', input: { n: '${tasks.count.output.n}' }, depends_on: ['read', 'count'] },
  },
});

// `never`: the rules alone, no model. Each suggestion was proved before it is shown.
const { suggestions } = await client.suggest({ workflow_id, llm: 'never' });
for (const { kind, title } of suggestions) console.log(`${kind}: ${title}`);

const [best] = suggestions;
if (best) {
  const applied = await client.applySuggestion({ suggestion_id: best.id, note: 'from the example' });
  console.log(`${version} → ${applied.version}`);
}
