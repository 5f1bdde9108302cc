import type { JsonObject } from '../../kernel/index.js';

/** Who does tasks of a type, until somebody says otherwise. */
export const DEFAULT_MAPPINGS: Readonly<Record<string, string>> = {
  implementation: 'numa',
  analysis: 'metis',
  planning: 'prometheus',
  testing: 'athena',
  documentation: 'rhetor',
};

/** What the platform's page offers for components that have no call of their own here. */
export const DEFAULT_ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  numa: {
    implement_feature: 'Implements a feature.',
    fix_bug: 'Mends a fault.',
    refactor_code: 'Rewrites code without changing what it does.',
    write_tests: 'Writes tests.',
  },
  metis: {
    analyze_requirements: 'Analyses requirements.',
    break_down_tasks: 'Breaks work down into tasks.',
    estimate_complexity: 'Estimates how complex a task is.',
  },
  prometheus: {
    create_plan: 'Makes a plan.',
    define_milestones: 'Defines milestones.',
    predict_risks: 'Says what may go wrong.',
  },
};

/** Params of an action of which nobody said what it takes. */
export const ANY_PARAMS: JsonObject = { type: 'object', additionalProperties: true };
