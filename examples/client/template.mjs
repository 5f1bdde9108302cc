// Keeps a template with parameters and makes two workflows of it: node examples/client/template.mjs
import { getHarmoniaClient } from '@tekton/harmonia/client';

const client = await getHarmoniaClient(process.env);

const { template_id } = await client.createTemplate({
  name: `letter ${Date.now()}`,
  parameters: {
    who: { type: 'string', required: true },
    closing: { type: 'string', default: 'Yours' },
  },
  workflow_definition: {
    name: 'letter',
    tasks: { write: { type: 'core/value', input: { text: 'Dear {{params.who}}. {{params.closing}}, Harmonia' } } },
    output: '${tasks.write.output.text}',
  },
});

for (const values of [{ who: 'Ada' }, { who: 'Bob', closing: 'Cheers' }]) {
  const { workflow_id, name } = await client.instantiateTemplate({ template_id, parameter_values: values });
  const { output } = await client.runToEnd({ workflow_id });
  console.log(`${name}: ${output}`);
}
