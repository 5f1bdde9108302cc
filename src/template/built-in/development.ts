import type { JsonObject } from '../../kernel/index.js';

const approvers: JsonObject = {
  type: 'array',
  items: { type: 'string', minLength: 1 },
  default: [],
  description: 'Who may say yes; anybody when it is empty.',
};
const days: JsonObject = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 365,
  default: 7,
  description: 'Days to wait for the answer.',
};
const text = (description: string): JsonObject => ({ type: 'string', minLength: 1, required: true, description });

/** What goes on only after a yes. */
const agreed = (goto: string): JsonObject => ({
  switch: [{ when: '${tasks.agree.output.approved}', goto }],
});

const approval = (message: string): JsonObject => ({
  by: '{{params.approvers}}',
  within: '${ {{params.approval_days}} * 86400 }',
  on_timeout: 'reject',
  message,
});

export const FEATURE_DEVELOPMENT: JsonObject = {
  name: 'Feature Development',
  version: '1.0.0',
  description: 'From an idea to reviewed code: look back, design, ask, build, test, review, remember.',
  icon: 'sparkles',
  category: 'development',
  tags: ['development', 'feature', 'review', 'components'],
  metadata: { author: 'Harmonia', difficulty: 'medium', components: ['engram', 'rhetor', 'ergon', 'synthesis'] },
  parameters: {
    feature_name: { ...text('What the feature is called.'), maxLength: 200 },
    requirements: text('What it must do.'),
    coding_standards: { type: 'string', default: 'those of the project', description: 'Rules for the code.' },
    test_coverage: { type: 'integer', minimum: 0, maximum: 100, default: 80, description: 'Percent that tests reach.' },
    approvers,
    approval_days: days,
  },
  workflow_definition: {
    name: 'Feature: {{params.feature_name}}',
    version: '1.0.0',
    tasks: {
      recall: {
        name: 'Look for earlier work',
        component: 'engram',
        action: 'search_memories',
        input: { query: '{{params.feature_name}}: {{params.requirements}}', namespace: 'development', limit: 5 },
        on_error: 'continue',
        timeout: 60,
      },
      design: {
        name: 'Design the feature',
        component: 'rhetor',
        action: 'generate_text',
        input: {
          prompt:
            'Design the feature "{{params.feature_name}}". It must: {{params.requirements}}. ' +
            'Earlier work: ${tasks.recall.output}. Name the parts, their interfaces and the tests.',
        },
        retry_policy: { max_retries: 2 },
        timeout: 600,
      },
      agree: {
        name: 'Agree on the design',
        depends_on: ['design'],
        approval: approval('Build {{params.feature_name}}?'),
      },
      go: agreed('build'),
      build: {
        name: 'Build it',
        component: 'ergon',
        action: 'create_task',
        input: {
          name: '{{params.feature_name}}',
          description: '${tasks.design.output}',
          coding_standards: '{{params.coding_standards}}',
        },
        timeout: 7200,
      },
      test: {
        name: 'Test it',
        component: 'synthesis',
        action: 'run_component_tests',
        input: { subject: '${tasks.build.output}', coverage: '{{params.test_coverage}}' },
        timeout: 3600,
      },
      review: {
        name: 'Review it',
        component: 'rhetor',
        action: 'generate_text',
        input: {
          prompt:
            'Review this work against {{params.coding_standards}}: ${tasks.build.output}. Tests: ${tasks.test.output}.',
        },
        timeout: 600,
      },
      remember: {
        name: 'Remember it',
        component: 'engram',
        action: 'store_memory',
        input: {
          content: 'Review: ${tasks.review.output}',
          namespace: 'development',
          metadata: { feature: '{{params.feature_name}}' },
        },
        on_error: 'continue',
        timeout: 60,
      },
    },
    output: {
      built: '${tasks.build.status == "completed"}',
      review: '${tasks.review.output}',
    },
  },
};

export const BUG_FIX: JsonObject = {
  name: 'Bug Fix',
  version: '1.0.0',
  description: 'Find the cause of a bug, mend it, and show that it is gone; an urgent one asks nobody.',
  icon: 'bug',
  category: 'maintenance',
  tags: ['bug', 'fix', 'maintenance', 'components'],
  metadata: { author: 'Harmonia', difficulty: 'easy', components: ['athena', 'rhetor', 'ergon', 'synthesis'] },
  parameters: {
    bug_report: text('What goes wrong.'),
    reproduction_steps: text('How to see it.'),
    priority: { type: 'enum', enum: ['low', 'medium', 'high', 'critical'], default: 'medium' },
    fix_attempts: { type: 'integer', minimum: 1, maximum: 10, default: 3, description: 'Fixes that are tried.' },
    approvers,
    approval_days: days,
  },
  workflow_definition: {
    name: 'Bug fix',
    version: '1.0.0',
    tasks: {
      known: {
        name: 'Ask what is known',
        component: 'athena',
        action: 'query_knowledge',
        input: { question: '{{params.bug_report}}', max_results: 5 },
        on_error: 'continue',
        timeout: 60,
      },
      cause: {
        name: 'Find the cause',
        component: 'rhetor',
        action: 'generate_text',
        input: {
          prompt:
            'Find the cause of this bug: {{params.bug_report}}. To see it: {{params.reproduction_steps}}. ' +
            'Known: ${tasks.known.output}.',
        },
        retry_policy: { max_retries: 2 },
        timeout: 600,
      },
      agree: {
        name: 'Agree on the cause',
        depends_on: ['cause'],
        when: '${ {{params.priority}} != "critical" }',
        approval: approval('Mend it ({{params.priority}})? {{params.bug_report}}'),
      },
      go: {
        switch: [
          {
            when: '${ {{params.priority}} == "critical" || tasks.agree.?output.?approved.orValue(false) }',
            goto: 'mend',
          },
        ],
      },
      mend: {
        name: 'Mend it',
        component: 'ergon',
        action: 'create_task',
        input: { name: 'Fix', description: '${tasks.cause.output}', priority: '{{params.priority}}' },
        retry_policy: { max_retries: '{{params.fix_attempts}}', initial_delay: 1 },
        timeout: 3600,
      },
      verify: {
        name: 'Show that it is gone',
        component: 'synthesis',
        action: 'run_component_tests',
        input: {
          subject: '${tasks.mend.output}',
          steps: '{{params.reproduction_steps}}',
          regression: true,
        },
        timeout: 1800,
      },
    },
    output: { fixed: '${tasks.verify.status == "completed"}', evidence: '${tasks.verify.output}' },
  },
};

export const CODE_REFACTORING: JsonObject = {
  name: 'Code Refactoring',
  version: '1.0.0',
  description: 'Change how code is written and not what it does: measure, ask, change, test; undo what does not pass.',
  icon: 'recycle',
  category: 'maintenance',
  tags: ['refactoring', 'maintenance', 'quality', 'components'],
  metadata: { author: 'Harmonia', difficulty: 'hard', components: ['sophia', 'rhetor', 'ergon', 'synthesis'] },
  parameters: {
    code_location: text('File or folder of the code.'),
    refactoring_goals: text('What shall be better afterwards.'),
    preserve_api: { type: 'boolean', default: true, description: 'The public interface stays as it is.' },
    approvers,
    approval_days: days,
  },
  workflow_definition: {
    name: 'Refactor {{params.code_location}}',
    version: '1.0.0',
    tasks: {
      measure: {
        name: 'Measure the code',
        component: 'sophia',
        action: 'measure_complexity',
        input: { location: '{{params.code_location}}' },
        timeout: 600,
      },
      plan: {
        name: 'Plan the change',
        component: 'rhetor',
        action: 'generate_text',
        input: {
          prompt:
            'Plan the refactoring of {{params.code_location}}: {{params.refactoring_goals}}. ' +
            'Keep the public interface: {{params.preserve_api}}. Measured: ${tasks.measure.output}.',
        },
        timeout: 600,
      },
      agree: {
        name: 'Agree on the plan',
        depends_on: ['plan'],
        approval: approval('Refactor {{params.code_location}}?'),
      },
      go: agreed('change'),
      change: {
        name: 'Change and test',
        depends_on: ['plan'],
        try: {
          write: {
            component: 'ergon',
            action: 'create_task',
            input: { name: 'Refactor {{params.code_location}}', description: '${tasks.plan.output}' },
            timeout: 5400,
            compensate: {
              component: 'ergon',
              action: 'update_task',
              input: { task: '${output}', status: 'reverted' },
            },
          },
          test: {
            component: 'synthesis',
            action: 'run_component_tests',
            input: { subject: '${tasks.write.output}', suite: 'full', api: '{{params.preserve_api}}' },
            timeout: 3600,
          },
        },
        catch: { undone: { type: 'core/value', input: { reverted: true, because: '${error.message}' } } },
      },
    },
    output: { result: '${tasks.change.output}' },
  },
};
