import type { Json, JsonObject } from '../../../src/kernel/index.js';
import { missingParameter, readBody, type Detail, type Model } from './pydantic.js';
import type { Registry } from './registry.js';
import { judge, mint } from './token-mint.js';
import type { Tools } from './tools.js';

/** One request, as it came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

export interface Said {
  readonly status: number;
  /** A text goes as text/plain. */
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the routes work on. */
export interface Insides {
  readonly registry: Registry;
  readonly tools: Tools;
  readonly seconds: () => number;
  /** s that a token is good. */
  readonly tokenLife: () => number;
}

type Handler = (asked: Asked, insides: Insides, parameter: string) => Said;

const TOKEN = 'x-authentication-token';
const ok = (body: Json): Said => ({ status: 200, body });
const said = (status: number, detail: string): Said => ({ status, body: { detail } });
const invalid = (detail: readonly Detail[]): Said => ({ status: 422, body: { detail } as unknown as Json });
const UNAUTHORISED = said(401, 'Invalid authentication token');

const REGISTRATION: Model = {
  component_id: { is: 'string', also: ['componentId'], otherwise: null, nullable: true },
  name: { is: 'string' },
  version: { is: 'string' },
  type: { is: 'string', also: ['component_type', 'componentType'] },
  endpoint: { is: 'string' },
  capabilities: { is: 'strings', otherwise: [] },
  metadata: { is: 'object', otherwise: {} },
};
const HEARTBEAT: Model = {
  component_id: { is: 'string', also: ['componentId'] },
  status: { is: 'object', otherwise: {} },
};
const QUERY: Model = {
  capability: { is: 'string', otherwise: null, nullable: true },
  component_type: { is: 'string', also: ['componentType', 'type'], otherwise: null, nullable: true },
  healthy_only: { is: 'boolean', also: ['healthyOnly'], otherwise: false },
};
const TOOL: Model = {
  id: { is: 'string', otherwise: null, nullable: true },
  name: { is: 'string' },
  description: { is: 'string' },
  schema: { is: 'object', also: ['input_schema'] },
  tags: { is: 'strings', otherwise: null, nullable: true },
  version: { is: 'string', otherwise: null, nullable: true },
  endpoint: { is: 'string', otherwise: null, nullable: true },
  metadata: { is: 'object', otherwise: null, nullable: true },
};

const reading =
  (model: Model, answer: (value: JsonObject, insides: Insides, asked: Asked, parameter: string) => Said): Handler =>
  (asked, insides, parameter) => {
    const token = model === HEARTBEAT && asked.headers[TOKEN] === undefined;
    const read = readBody(asked.text, asked.headers['content-type'], model);
    const detail = [...(token ? [missingParameter('header', TOKEN)] : []), ...(read.ok ? [] : read.detail)];
    return read.ok && detail.length === 0 ? answer(read.value, insides, asked, parameter) : invalid(detail);
  };

/** As FastAPI answers an exception that nobody has caught. */
const BROKEN: Said = { status: 500, body: 'Internal Server Error' };

const register = reading(REGISTRATION, (body, { registry, seconds, tokenLife }) => {
  const componentId = registry.register(body);
  const token = mint(componentId, seconds(), tokenLife());
  return ok({ success: true, componentId, token, message: 'Component registered successfully' });
});

/** Looks at the token only: whoever is not registered is heard as well. */
const heartbeat = reading(HEARTBEAT, ({ component_id: id }, { registry, seconds }, { headers }) => {
  const verdict = judge(headers[TOKEN] ?? '', id as string, seconds());
  if (verdict === 'broken') return BROKEN;
  if (verdict === 'bad') return UNAUTHORISED;
  registry.heartbeat(id as string);
  return ok({ success: true, timestamp: seconds(), message: 'Heartbeat received' });
});

const unregister: Handler = ({ query, headers }, { registry, seconds }) => {
  const id = query.get('component_id');
  const token = headers[TOKEN];
  const detail = [
    ...(id === null ? [missingParameter('query', 'component_id')] : []),
    ...(token === undefined ? [missingParameter('header', TOKEN)] : []),
  ];
  if (id === null || token === undefined) return invalid(detail);
  const verdict = judge(token, id, seconds());
  if (verdict === 'broken') return BROKEN;
  if (verdict === 'bad' || !registry.unregister(id)) return UNAUTHORISED;
  return ok({ success: true, message: 'Component unregistered successfully' });
};

const components: Handler = ({ query }, { registry }) =>
  ok(
    registry.list({
      capability: query.get('capability') ?? undefined,
      type: query.get('component_type') ?? undefined,
      isHealthy: query.get('healthy_only') === 'true',
    }),
  );

const component: Handler = (_asked, { registry }, name) => {
  const found = registry.byName(name);
  return found ? ok(found) : said(404, `Component '${name}' not found`);
};

const query = reading(QUERY, ({ capability, component_type: type, healthy_only: isHealthy }, { registry }) =>
  ok(
    registry.query({
      capability: (capability as string | null) ?? undefined,
      type: (type as string | null) ?? undefined,
      isHealthy: isHealthy === true,
    }),
  ),
);

const registerTool = reading(TOOL, (body, { tools }) =>
  ok({ success: true, toolId: tools.register(body), message: 'Tool registered successfully' }),
);

const listTools: Handler = (_asked, { tools }) => ok(tools.list());

const tool: Handler = (_asked, { tools }, id) => {
  const found = tools.find(id);
  return found ? ok(found) : said(404, 'Tool not found');
};

const deleteTool: Handler = (_asked, { tools }, id) =>
  tools.delete(id) ? ok({ success: true, message: 'Tool unregistered successfully' }) : said(404, 'Tool not found');

/** Nobody is called. */
const executeTool = reading(
  { parameters: { is: 'object', otherwise: {} } },
  ({ parameters }, { tools }, _asked, id) => {
    const found = tools.find(id);
    if (!found) return said(400, `Tool not found: ${id}`);
    const message = `Remote tool ${id} would be executed via ${String(found.endpoint)}`;
    const result = { message, parameters: parameters as Json };
    return ok({ success: true, tool_id: id, tool_name: found.name ?? null, result, execution_time: 0.1 });
  },
);

const mcpHealth: Handler = (_asked, { tools, seconds }) =>
  ok({
    ...{ status: 'healthy', channels_initialized: true, tool_count: tools.size },
    ...{ processor_count: 0, context_count: 0, timestamp: seconds() },
  });

/** Of `{name}` the rest of the path up to the next slash. In the order in which they are tried. */
const ROUTES: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['POST', '/api/register', register],
  ['POST', '/api/heartbeat', heartbeat],
  ['POST', '/api/unregister', unregister],
  ['POST', '/api/query', query],
  ['GET', '/api/components', components],
  ['GET', '/api/components/{name}', component],
  ['GET', '/api/mcp/v2/health', mcpHealth],
  ['GET', '/api/mcp/v2/tools', listTools],
  ['POST', '/api/mcp/v2/tools', registerTool],
  ['GET', '/api/mcp/v2/tools/{name}', tool],
  ['DELETE', '/api/mcp/v2/tools/{name}', deleteTool],
  ['POST', '/api/mcp/v2/tools/{name}/execute', executeTool],
];

const PATTERNS = ROUTES.map(([method, path, handler]) => {
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace('{name}', '([^/]+)')}$`);
  return { method, pattern, handler };
});

/** Whether a request is for a route that the fake serves, whatever it answers. */
export const isServed = (path: string): boolean =>
  PATTERNS.some(({ pattern }) => pattern.test(path.replace(/\/$/, '')));

const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

/** What Starlette says to a browser that asks whether it may. */
const preflight = ({ headers }: Asked): Said => ({
  status: 200,
  body: 'OK',
  headers: {
    vary: 'Origin',
    'access-control-allow-methods': METHODS,
    'access-control-max-age': '600',
    'access-control-allow-credentials': 'true',
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
  },
});

/** What Hermes says to a request. `origin`: as the client calls it. */
export const answerTo = (asked: Asked, insides: Insides, origin: string): Said => {
  const { path, method, headers } = asked;
  if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) return preflight(asked);
  const here = PATTERNS.filter(({ pattern }) => pattern.test(path));
  const found = here.find((route) => route.method === method);
  if (found) return found.handler(asked, insides, decodeURIComponent(found.pattern.exec(path)?.[1] ?? ''));
  if (here.length > 0) {
    // The first route of that path says what it allows, and no other.
    const allow = here[0]?.method ?? '';
    return { ...said(405, 'Method Not Allowed'), headers: { allow } };
  }
  const slashless = path.replace(/\/$/, '');
  if (slashless !== path && PATTERNS.some(({ pattern }) => pattern.test(slashless)))
    return { status: 307, body: '', headers: { location: `${origin}${slashless}` } };
  return said(404, 'Not Found');
};
