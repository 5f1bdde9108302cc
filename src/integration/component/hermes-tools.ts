import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { ComponentRequest } from './component-routes.js';

export const TOOLS: ComponentRequest = { method: 'GET', path: '/api/mcp/v2/tools' };

/** Where a tool is called: below the base of Hermes, or of the component. */
export interface ToolCall {
  readonly at: 'hermes' | 'component';
  readonly request: ComponentRequest;
}

/** `create_task` → `CreateTask`. */
const pascal = (action: string): string =>
  action.replace(/(^|_)([a-z0-9])/g, (_whole, _line, letter: string) => letter.toUpperCase());

const isFor = (tool: JsonObject, component: string, action: string): boolean => {
  const names = [action, pascal(action)];
  const owner = isJsonObject(tool.metadata) ? tool.metadata.component : undefined;
  return names.some(
    (name) =>
      tool.name === `${component}.${name}` ||
      tool.name === `${component}_${name}` ||
      (tool.name === name && owner === component),
  );
};

/**
 * The call of the tool that Hermes lists for an action. One with an endpoint is called there, when that is the component
 * itself: Hermes would answer that it "would be executed", and a stranger may have registered any address.
 */
export const toolCallFor = (
  tools: readonly Json[],
  base: string,
  {
    component,
    action,
    params,
    context,
  }: { component: string; action: string; params: JsonObject; context: JsonObject },
): ToolCall | undefined => {
  const tool = tools.filter(isJsonObject).find((one) => isFor(one, component, action));
  if (!tool) return undefined;
  const body = { parameters: params, context };
  const { endpoint, id } = tool;
  if (typeof endpoint === 'string' && endpoint !== '') {
    if (!URL.canParse(endpoint) || new URL(endpoint).origin !== new URL(base).origin) return undefined;
    const { pathname, search } = new URL(endpoint);
    return { at: 'component', request: { method: 'POST', path: pathname + search, body } };
  }
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..' || /\p{Surrogate}/u.test(id)) return undefined;
  return {
    at: 'hermes',
    request: { method: 'POST', path: `/api/mcp/v2/tools/${encodeURIComponent(id)}/execute`, body },
  };
};
