import type { Json } from '../../kernel/index.js';

/** What a component does with work of a kind when nobody says how it is called: the platform's page offers these. */
const ACTIONS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'numa',
    new Map([
      ['implementation', 'implement_feature'],
      ['development', 'implement_feature'],
      ['coding', 'implement_feature'],
      ['bug_fix', 'fix_bug'],
      ['refactoring', 'refactor_code'],
      ['testing', 'write_tests'],
    ]),
  ],
  ['metis', new Map([['analysis', 'analyze_requirements']])],
  ['prometheus', new Map([['planning', 'create_plan']])],
  ['rhetor', new Map([['documentation', 'generate_content']])],
]);

/** The action of a task that names a component and none: by the first word for its kind that tells, else `execute`. */
export const defaultAction = (component: string, kinds: readonly (Json | undefined)[]): string => {
  const known = ACTIONS.get(component);
  for (const kind of kinds) {
    const action = typeof kind === 'string' ? known?.get(kind.toLowerCase()) : undefined;
    if (action !== undefined) return action;
  }
  return 'execute';
};
