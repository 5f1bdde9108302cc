// Starts Harmonia from dist in this process and tells which libraries of language models it has loaded: before and
// after a request. Told by the module loader itself.
import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';

const WATCHED = /\/node_modules\/((?:@langchain\/[^/]+)|langchain|openai)\//;
const found = new Set();
const { port1, port2 } = new MessageChannel();
let arrived = () => undefined;
port1.on('message', (url) => {
  const [, name] = WATCHED.exec(url) ?? [];
  if (name !== undefined) found.add(name);
  arrived(url);
});

const hook = `
let port;
export const initialize = (data) => { port = data.port; };
export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`, { data: { port: port2 }, transferList: [port2] });

const at = (path) => new URL(`../../../dist/${path}`, import.meta.url).href;
const { createHarmonia } = await import(at('harmonia.js'));
const { readConfig } = await import(at('config/index.js'));
const config = readConfig({ ...process.env, HARMONIA_DATA_DIR: process.argv[2] });
const harmonia = await createHarmonia({
  config,
  notifier: { publish: () => undefined, progress: () => undefined },
  onTrouble: () => undefined,
});
await harmonia.open();
await harmonia.llm.status();

/** What the loader told until now: it tells in order, so what it is asked for last comes last. */
let marks = 0;
const seen = async () => {
  const mark = `data:text/javascript,${++marks}`;
  const told = new Promise((resolve) => (arrived = (url) => url === mark && resolve()));
  await import(mark);
  await told;
  return [...found].sort();
};
const before = await seen();
await harmonia.llm.generateText('x').catch(({ code }) => {
  if (code !== 'llm_unavailable') throw new Error(code);
});
if (process.env.CHAT === '1') await harmonia.llm.chatModel();
const after = await seen();
await harmonia.close();
port1.close();
process.stdout.write(JSON.stringify({ before, after }));
