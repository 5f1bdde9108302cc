import { needs, everything, type RouteAccess, type RouteTable } from '../route-access.js';
import { CALLER_ROUTES } from './caller-routes.js';
import { EXECUTION_ROUTES } from './execution-routes.js';
import { MCP_ROUTES } from './mcp-routes.js';
import { SERVICE_ROUTES } from './service-routes.js';
import { START_ROUTES } from './start-routes.js';
import { WORKFLOW_ROUTES } from './workflow-routes.js';

export { SOCKET_ROUTES } from './execution-routes.js';

/** What every route asks of its callers: the whole policy. A test fails when a route is served that is not in here. */
export const ROUTES: RouteTable = {
  ...SERVICE_ROUTES,
  ...WORKFLOW_ROUTES,
  ...EXECUTION_ROUTES,
  ...START_ROUTES,
  ...MCP_ROUTES,
  ...CALLER_ROUTES,
};

/** What a route that nobody thought of asks. */
const FORGOTTEN = needs('admin', everything);

/** `/api/v1/workflows/:id` and `/api/workflows/:id` are one. */
export const plainPath = (path: string): string => path.replace(/^\/api(\/v1)?(?=\/|$)/, '').replace(/\/$/, '') || '/';

/** What a route asks, in the words of the table; undefined: nobody said. HEAD asks what GET asks. */
export const declaredAccess = (method: string, path: string): RouteAccess | undefined => {
  const plain = plainPath(path);
  const named = (word: string): RouteAccess | undefined => {
    const key = `${word} ${plain}`;
    return Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  };
  return named(method === 'HEAD' ? 'GET' : method) ?? named('ANY');
};

export const accessOf = (method: string, path: string): RouteAccess => declaredAccess(method, path) ?? FORGOTTEN;
