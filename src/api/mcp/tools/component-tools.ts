import { everything, nothing } from '../../access/route-access.js';
import { AnObject, Flag, Text } from '../../rest/dto/fields.js';
import { plainJson } from '../../rest/validation.js';
import { quoted } from '../consent.js';
import { CONFIRM } from './confirmation.js';
import { always, answer, anything, defineTool, listOf, text, whole, type Tool } from '../tool.js';

const about = { category: 'component_integration', tags: ['component', 'integration'], isUpstream: true } as const;

class NoArguments {}

class ComponentArguments {
  @Text(64, { required: true, also: ['component'], description: 'As ListComponents names it.' })
  component_name!: string;
}

class ActionArguments extends ComponentArguments {
  @Text(128, { required: true, description: 'As GetComponentActions names it.' })
  action!: string;

  @AnObject({ required: true, also: ['params'], description: 'What the action takes.' })
  parameters!: Record<string, unknown>;

  @Flag({ description: CONFIRM })
  confirm?: boolean;
}

const list = defineTool({
  ...about,
  name: 'ListComponents',
  about: nothing,
  title: 'List components',
  description: 'List the components of the platform whose actions tasks may call.',
  access: 'read',
  input: NoArguments,
  output: answer({ components: listOf(text), count: whole }),
  run: async ({ components }) => {
    const names = await components.names();
    return { components: names, count: names.length };
  },
});

const actions = defineTool({
  ...about,
  name: 'GetComponentActions',
  about: nothing,
  title: 'What a component can do',
  description: 'List the actions of a component.',
  access: 'read',
  input: ComponentArguments,
  output: answer({ component_name: text, actions: listOf(text), count: whole }),
  run: async ({ components }, { component_name: name }) => {
    const found = await components.actions(name);
    return { component_name: name, actions: found, count: found.length };
  },
});

const execute = defineTool({
  ...about,
  name: 'ExecuteComponentAction',
  about: everything,
  title: 'Call an action of a component',
  description: 'Call an action of a component now, without a workflow, and tell what it answers.',
  access: 'run',
  destroys: true,
  reachesOut: true,
  input: ActionArguments,
  consent: {
    to: (_, { component_name: name, action }) => `Call ${quoted(action)} of the component ${quoted(name)} now`,
  },
  output: answer({ component_name: text, action: text, result: anything, status: always('executed') }),
  run: async ({ components }, { component_name: name, action, parameters }) => {
    const result = await components.call(name, action, plainJson(parameters, '/parameters'));
    return { component_name: name, action, result, status: 'executed' };
  },
});

export const COMPONENT_TOOLS: readonly Tool[] = [list, actions, execute];
