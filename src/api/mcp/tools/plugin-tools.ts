import { everything, nothing } from '../../access/route-access.js';
import { Flag, Strict, Text } from '../../rest/dto/fields.js';
import { pluginItem, taskTypeItem } from '../../rest/plugin/plugin-item.js';
import { answer, defineTool, flag, listOf, object, text, textOrNull, type Tool } from '../tool.js';
import { quoted } from '../consent.js';
import { CONFIRM } from './confirmation.js';
import { listed, listSchema, PageArguments, partOf } from './paging.js';

const about = { category: 'plugin_management', tags: ['plugin'] } as const;

@Strict()
class ListPluginsArguments extends PageArguments {}

@Strict()
class ListTaskTypesArguments extends PageArguments {
  @Text(128, { description: 'Only types whose name begins like this, such as http/.' })
  prefix?: string;
}

@Strict()
class InstallArguments {
  @Text(2000, {
    required: true,
    description:
      'A package of the registry (name@range), the whole path of a tarball or folder, or the https address of a tarball.',
  })
  source!: string;

  @Text(2000, { description: 'What the tarball must be: sha512-… Default: anything.' })
  integrity?: string;

  @Flag({ description: CONFIRM })
  confirm?: boolean;
}

const list = defineTool({
  ...about,
  name: 'ListPlugins',
  about: nothing,
  title: 'List plugins',
  description:
    'List the plugins that supply the types of tasks, with where each came from and whether it is switched on.',
  access: 'read',
  input: ListPluginsArguments,
  output: answer(
    listSchema('plugins', {
      type: 'object',
      properties: {
        id: text,
        version: textOrNull,
        description: textOrNull,
        origin: text,
        enabled: flag,
        task_types: listOf(text),
      },
    }),
  ),
  run: ({ plugins }, page) => {
    const part = partOf(page);
    const all = plugins.list();
    const shown = all.slice(part.offset, part.offset + part.limit).map((plugin) => {
      const { id: name, version, description, origin, enabled } = plugin;
      const types = plugin.tasks.map((task) => `${name}/${task.id}`);
      return {
        id: name,
        version: version ?? null,
        description: description ?? null,
        origin,
        enabled,
        task_types: types,
      };
    });
    return listed('plugins', shown, { ...part, total: all.length });
  },
});

const types = defineTool({
  ...about,
  name: 'ListTaskTypes',
  about: nothing,
  title: 'List types of tasks',
  description:
    'List the types of tasks that a workflow may use now, with the JSON Schemas of what each takes and gives.',
  access: 'read',
  input: ListTaskTypesArguments,
  output: answer(listSchema('task_types', { type: 'object', properties: { type: text, title: text, effects: text } })),
  run: ({ plugins }, { prefix = '', ...page }) => {
    const part = partOf(page);
    const enabled = plugins.list().filter((plugin) => plugin.enabled);
    const all = enabled.flatMap(({ id: plugin, tasks }) =>
      tasks.filter((task) => `${plugin}/${task.id}`.startsWith(prefix)).map((task) => taskTypeItem(plugin, task)),
    );
    return listed('task_types', all.slice(part.offset, part.offset + part.limit), { ...part, total: all.length });
  },
});

const install = defineTool({
  ...about,
  name: 'InstallPlugin',
  about: everything,
  title: 'Install a plugin',
  description:
    'Install a plugin, isolated and without install scripts: its code runs when a workflow uses its tasks. Only once a person has agreed.',
  access: 'admin',
  destroys: true,
  reachesOut: true,
  input: InstallArguments,
  output: answer({ id: text, version: textOrNull, tasks: listOf(object) }),
  consent: {
    ofPrograms: true,
    to: (_, { source }) =>
      `Install the plugin ${quoted(source)}: code of somebody else, isolated, without install scripts`,
  },
  run: async ({ plugins }, { source, integrity }) => pluginItem(await plugins.install({ source, integrity })),
});

export const PLUGIN_TOOLS: readonly Tool[] = [list, types, install];
