import { nothing } from '../../access/route-access.js';
import { isoInstant } from '../../../kernel/index.js';
import { Flag } from '../../rest/dto/fields.js';
import { answer, defineTool, listOf, object, text, type Tool } from '../tool.js';
import { CAPABILITIES } from '../capabilities.js';

const about = { category: 'service', tags: ['service'], access: 'read', isUpstream: true } as const;

class HealthArguments {
  @Flag({ description: 'true: with counts. Default false.' })
  detailed?: boolean;
}

class InfoArguments {
  @Flag({ description: 'Default true.' })
  include_capabilities?: boolean;
}

const health = defineTool({
  ...about,
  name: 'health_check',
  about: nothing,
  title: 'How Harmonia is',
  description: 'Tell whether Harmonia takes work.',
  input: HealthArguments,
  output: answer({ status: text, component: text, timestamp: text, uptime: { type: 'number' } }),
  run: async ({ engine, catalog, clock, startedAt }, { detailed = false }, { asker: { sight } }) => {
    const { state, open, storage } = engine.status();
    const only = sight ? { names: [...sight.names] } : {};
    const { total } = detailed
      ? await catalog.list({ sortBy: 'name', descending: false, offset: 0, limit: 1, ...only })
      : { total: 0 };
    const counts = { active_workflows: open, total_workflows: total, engine_initialized: state === 'running' };
    return {
      ...{ status: state === 'running' && storage === undefined ? 'healthy' : 'degraded', component: 'harmonia' },
      ...{ timestamp: isoInstant(clock.now()), uptime: (clock.now() - startedAt) / 1000 },
      ...(detailed && { details: counts }),
    };
  },
});

const info = defineTool({
  ...about,
  name: 'component_info',
  about: nothing,
  title: 'What Harmonia is',
  description: 'Tell what this component is and what it can do.',
  input: InfoArguments,
  output: answer({ name: text, version: text, description: text, capabilities: listOf(text), metadata: object }),
  run: ({ settings }, { include_capabilities: all = true }) => ({
    ...{ name: 'harmonia', version: settings.version, description: 'Runs graphs of plugin tasks durably.' },
    capabilities: all ? CAPABILITIES.map(({ name }) => name) : [],
    metadata: { category: 'workflow', port: settings.port },
  }),
});

export const SERVICE_TOOLS: readonly Tool[] = [health, info];
