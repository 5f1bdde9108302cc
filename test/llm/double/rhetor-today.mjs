// Rhetor as it is: a thin pipe to one specialist. Of a request one text gets through; several endpoints fail on every call.
import { faulty, json, words } from './behaviour.mjs';

/** Characters of the line to the specialist, escaped as Python does. */
const LINE = 64 * 1024;
const MODEL = 'llama3.3:70b';

const escaped = (text) => JSON.stringify(text).replace(/[^\0-\x7f]/g, 'uXXXX?').length;
const fastApi = (message) => ({ detail: message });

const promptOf = (path, body) => {
  if (path === '/api/v1/generate') return body.prompt;
  const users = (body.messages ?? []).filter(({ role }) => role === 'user');
  return users.at(-1)?.content;
};

const HEALTH = {
  status: 'healthy',
  component: 'rhetor',
  version: '0.1.0',
  uptime: 1,
  port: 8003,
  registeredWithHermes: false,
  dependencies: [],
  metrics: {},
  details: { llm_client: true, model_router: true },
};

const SHELVES = {
  'GET /': () => [200, { name: 'Rhetor', version: '0.1.0', status: 'running' }],
  'GET /health': () => [200, HEALTH],
  'GET /ready': () => [200, { ready: true, component: 'rhetor' }],
  'GET /api/v1/discovery': () => [200, { component: 'rhetor', version: '0.1.0', endpoints: [], capabilities: [] }],
  'GET /api/v1/models': () => [500, fastApi("object list can't be used in 'await' expression")],
  'POST /api/models/select': (double) =>
    double.assigned === undefined ? [404, fastApi('No model')] : [200, { model_id: double.assigned, provider: 'x' }],
};

const FORWARDS = (double) => double.options.rhetorForwardsSystem === true;

/** Answers whether the path is one of Rhetor's. */
export const rhetorToday = (double, { method, path, body }, response) => {
  const shelf = SHELVES[`${method} ${path}`];
  if (shelf) {
    json(response, ...shelf(double));
    return true;
  }
  if (method !== 'POST') return false;
  if (path === '/api/v1/chat/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `data: ${JSON.stringify({ error: "'ModelRouter' object has no attribute 'route_chat_request'" })}\n\n`,
    );
    return true;
  }
  if (path !== '/api/v1/generate' && path !== '/api/v1/chat') return false;
  const prompt = promptOf(path, body);
  if (typeof prompt !== 'string') json(response, 422, fastApi([{ loc: ['body', 'prompt'], msg: 'field required' }]));
  else if (body.context_id !== undefined) json(response, 500, fastApi("no attribute 'add_to_context'"));
  else if (escaped(prompt) > LINE) json(response, 500, fastApi('Separator is not found, and chunk exceed the limit'));
  else speak(double, { path, body, prompt }, response);
  return true;
};

const speak = (double, { path, body, prompt }, response) => {
  const system = (body.messages ?? []).find(({ role }) => role === 'system')?.content;
  const seen = FORWARDS(double) && path === '/api/v1/chat' ? { prompt, system } : { prompt };
  const behaviour = double.next({ dialect: 'rhetor', ...seen });
  if (faulty(behaviour, response, fastApi)) return;
  // What it gets from the specialist is an answer to it, whatever it says.
  const text = behaviour.is === 'refusal' ? behaviour.text : (behaviour.text ?? '');
  const usage = { prompt_tokens: words(prompt), completion_tokens: words(text) };
  if (path === '/api/v1/generate') json(response, 200, { response: text, model: MODEL, usage });
  else json(response, 200, { content: text, response: text, model: MODEL, usage, contextId: null });
};
