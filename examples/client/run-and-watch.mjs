// Keeps a workflow, starts it and follows it to its end: node examples/client/run-and-watch.mjs Ada
import { getHarmoniaClient } from '@tekton/harmonia/client';

const client = await getHarmoniaClient(process.env);

const { workflow_id } = await client.createWorkflow({
  name: `greeting ${Date.now()}`,
  tasks: {
    greet: { type: 'core/value', input: { text: 'Hello, ${input.name}!' } },
    shout: { type: 'core/value', input: { text: '${tasks.greet.output.text.upperAscii()}' } },
  },
  output: '${tasks.shout.output.text}',
});

const { execution_id } = await client.executeWorkflow({ workflow_id, input: { name: process.argv[2] ?? 'world' } });

// Every event once and in order, also when the service is started anew meanwhile.
for await (const event of client.monitorExecution({ execution_id })) console.log(event.event_type, event.task_id ?? '');

const { status, output } = await client.getExecutionStatus({ execution_id });
console.log(status, output);
