// What goes wrong, and how to tell it apart: node examples/client/errors.mjs
import { DataNotFoundError, HarmoniaClient, getHarmoniaClient, isRefusal } from '@tekton/harmonia/client';

const client = await getHarmoniaClient(process.env);

/** Runs something that will not work, and says why. */
const tell = async (work) => {
  try {
    await work();
  } catch (error) {
    // What is thrown by anything else than a call of the client is not ours to explain.
    if (!isRefusal(error)) throw error;
    const { name, code, status, pointer = '' } = error;
    console.log(`${name} ${status} ${code} ${pointer}`.trim());
  }
};

// A workflow that is wrong: the pointer leads to the place, `faults` has all of them, each with a cure.
await tell(() => client.createWorkflow({ name: 'wrong', tasks: { a: { type: 'core/unheard-of' } } }));

// Something that is not there, by its class.
await client.getExecutionStatus({ execution_id: '00000000-0000-4000-8000-000000000000' }).catch((error) => {
  if (error instanceof DataNotFoundError) console.log(error.message);
});

// A failure of the workflow is an answer, no error.
const { workflow_id } = await client.createWorkflow({
  name: `failing ${Date.now()}`,
  tasks: { fail: { type: 'core/fail', input: { message: 'no paper', kind: 'fatal' } } },
});
const { status, error } = await client.runToEnd({ workflow_id });
console.log(status, error?.message);

// Nobody there.
await tell(() => new HarmoniaClient({ port: 9, retries: 0 }).listWorkflows());
