import type { Json, JsonObject } from '../../kernel/index.js';

/** A request to a component, below its base. */
export interface ComponentRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Absent: none. */
  readonly body?: Json;
}

/** How an action is called in truth. */
interface Route {
  readonly method: ComponentRequest['method'];
  /** `{id|memory_id}` is the first of these params that there is. The other params are the body, of GET and DELETE the query. */
  readonly path: string;
  /** Beside the params, under them. */
  readonly defaults?: JsonObject;
  /** What a model is asked, where the component has one call for all such actions. */
  readonly ask?: string;
}

type Routes = Readonly<Record<string, Route>>;

const get = (path: string): Route => ({ method: 'GET', path });
const post = (path: string, more: Partial<Route> = {}): Route => ({ method: 'POST', path, ...more });
const put = (path: string): Route => ({ method: 'PUT', path });

const GENERATE = '/api/v1/generate';
const generate = (capability: string, ask?: string): Route =>
  post(GENERATE, { defaults: { component: 'harmonia', capability }, ...(ask !== undefined && { ask }) });

/** The real calls of the components, by the names that workflows use for them. */
const TABLE: ReadonlyMap<string, Routes> = new Map<string, Routes>([
  [
    'rhetor',
    {
      generate_text: generate('generate_text'),
      generate_content: generate('generate_content', 'Write the following content.'),
      create_report: generate('create_report', 'Write a report of the following.'),
      summarize_text: generate('summarize_text', 'Summarise the following text.'),
      analyze_sentiment: generate('analyze_sentiment', 'Say what sentiment the following text has, and why.'),
      extract_entities: generate(
        'extract_entities',
        'List the entities that the following text names, with their kinds.',
      ),
      chat: post('/api/v1/chat'),
      render: post('/api/v1/prompts/render'),
    },
  ],
  [
    'engram',
    {
      store_memory: post('/api/v1/memory'),
      store_results: post('/api/v1/memory'),
      retrieve_memory: get('/api/v1/memory/{id|memory_id}'),
      search_memories: post('/api/v1/search'),
    },
  ],
  [
    'athena',
    {
      create_entity: post('/api/v1/entities/'),
      get_entity: get('/api/v1/entities/{id|entity_id}'),
      update_entity: put('/api/v1/entities/{id|entity_id}'),
      create_relationship: post('/api/v1/knowledge/relationships'),
      query_knowledge: post('/api/v1/query/'),
    },
  ],
  [
    'ergon',
    {
      list_agents: get('/api/v1/agents'),
      create_agent: post('/api/v1/agents'),
      run_agent: post('/api/v1/agents/{id|agent_id}/run'),
    },
  ],
  [
    'metis',
    {
      create_task: post('/api/v1/tasks'),
      list_tasks: get('/api/v1/tasks'),
      decompose_task: post('/api/v1/tasks/{id|task_id}/decompose'),
      analyze_complexity: post('/api/v1/tasks/{id|task_id}/analyze-complexity'),
      suggest_order: post('/api/v1/tasks/suggest-order'),
    },
  ],
  [
    'synthesis',
    {
      execute_plan: post('/api/v1/executions'),
      get_execution: get('/api/v1/executions/{id|execution_id}'),
      cancel_execution: post('/api/v1/executions/{id|execution_id}/cancel'),
    },
  ],
  [
    'telos',
    {
      list_projects: get('/api/v1/projects'),
      create_project: post('/api/v1/projects'),
      get_project: get('/api/v1/projects/{id|project_id}'),
    },
  ],
  ['numa', { companion_chat: post('/api/companion-chat') }],
  [
    'hermes',
    {
      list_components: get('/api/components'),
      query: post('/api/query'),
      execute_tool: post('/api/mcp/v2/tools/{id|tool_id}/execute'),
    },
  ],
]);

/** Every component with an assistant takes messages. */
const OF_ANY: Routes = { send_message: post('/api/message') };

const own = (routes: Routes | undefined, action: string): Route | undefined =>
  routes && Object.hasOwn(routes, action) ? routes[action] : undefined;

/** A param that a path asks for, and none of it there. */
export class ParamMissing extends Error {
  constructor(readonly names: readonly string[]) {
    super(`param ${names.join(' or ')} is missing, or cannot stand in a path`);
  }
}

export const isInPath = (value: Json | undefined): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && /^(?!\.{0,2}$)\P{Surrogate}+$/u.test(value));

export const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Words for a model out of what an action of old was given. Its own `prompt` goes first. */
const prompted = (ask: string, { prompt, text, content, ...rest }: JsonObject): JsonObject => {
  if (prompt !== undefined) return { prompt, ...rest };
  const about = text ?? content;
  return about === undefined
    ? { prompt: `${ask}\n\n${JSON.stringify(rest)}` }
    : { prompt: `${ask}\n\n${asText(about)}`, ...rest };
};

export const queryOf = (params: JsonObject): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== null) query.append(name, asText(value));
  return query.size === 0 ? '' : `?${query.toString()}`;
};

/** The request that an action stands for; undefined when the table does not know it. Throws `ParamMissing`. */
export const requestOf = (component: string, action: string, given: JsonObject): ComponentRequest | undefined => {
  const route = own(TABLE.get(component.toLowerCase()), action) ?? own(OF_ANY, action);
  if (!route) return undefined;
  const rest = new Map(Object.entries(given));
  const path = route.path.replace(/\{([^}]+)\}/g, (_whole, list: string) => {
    const names = list.split('|');
    const name = names.find((one) => rest.has(one));
    const value = name === undefined ? undefined : rest.get(name);
    if (name === undefined || !isInPath(value)) throw new ParamMissing(names);
    rest.delete(name);
    return encodeURIComponent(value);
  });
  const params = Object.fromEntries(rest);
  const { method, ask, defaults } = route;
  if (method === 'GET' || method === 'DELETE') return { method, path: path + queryOf(params) };
  return { method, path, body: { ...defaults, ...(ask === undefined ? params : prompted(ask, params)) } };
};

/** Components that the table knows. */
export const tableComponents = (): readonly string[] => [...TABLE.keys()];

export const isTableComponent = (name: string): boolean => TABLE.has(name.toLowerCase());

/** What the table says of an action, for people. */
export interface KnownAction {
  readonly method: ComponentRequest['method'];
  readonly path: string;
  /** Params that the path asks for: of each list one. */
  readonly needs: readonly (readonly string[])[];
}

/** The actions that the table has for a component. */
export const tableActions = (component: string): ReadonlyMap<string, KnownAction> => {
  const routes = { ...TABLE.get(component.toLowerCase()), ...OF_ANY };
  return new Map(
    Object.entries(routes).map(([name, { method, path }]) => {
      const needs = [...path.matchAll(/\{([^}]+)\}/g)].map(([, list = '']) => list.split('|'));
      return [name, { method, path: path.replace(/\|[^}]*\}/g, '}'), needs }];
    }),
  );
};
