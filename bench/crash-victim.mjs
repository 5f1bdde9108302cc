// Starts COUNT executions of three delays and says when all are acknowledged; then it waits to be killed.
import { openEngine, save } from './open-engine.mjs';

const [directory, count] = process.argv.slice(2);
const harmonia = await openEngine(directory);
const delay = (depends_on) => ({ type: 'core/delay', input: { seconds: 0.2 }, ...(depends_on && { depends_on }) });
const workflow = await save(harmonia, { name: 'victim', tasks: { a: delay(), b: delay(['a']), c: delay(['b']) } });
const started = Array.from({ length: Number(count) }, () => harmonia.engine.start({ workflow, input: {} }));
const ids = (await Promise.all(started)).map(({ execution }) => execution);
process.stdout.write(`${JSON.stringify(ids)}\n`);
setInterval(() => {}, 1000);
