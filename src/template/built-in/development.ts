import type { JsonObject } from '../../kernel/index.js';

const text = (description: string): JsonObject => ({ type: 'string', minLength: 1, required: true, description });
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
/** What the templates that change code have in common. */
const OF_CHANGES: JsonObject = {
  agent: text('Id of the agent of Ergon that changes the code; `ergon` `list_agents` lists them.'),
  test_command: { type: 'string', minLength: 1, default: 'npm test', description: 'What Synthesis runs to test.' },
  approvers,
  approval_days: days,
};

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

/** Rhetor answers `{response, model, usage}`. */
const written = (name: string, prompt: string): JsonObject => ({
  name,
  component: 'rhetor',
  action: 'generate_text',
  input: { prompt },
  retry_policy: { max_retries: 2 },
  timeout: 600,
});

/** An agent of Ergon answers `{role, content, timestamp}`. */
const done = (content: string): JsonObject => ({
  component: 'ergon',
  action: 'run_agent',
  input: { id: '{{params.agent}}', content },
});

/** Synthesis runs the tests, and answers `{execution_id, status, data, errors}`: also that they failed. */
const tested = (name: string): JsonObject => ({
  name,
  tasks: {
    run: {
      component: 'synthesis',
      action: 'execute_plan',
      input: {
        plan: { name, steps: [{ id: 'test', type: 'command', parameters: { command: '{{params.test_command}}' } }] },
        wait_for_completion: true,
      },
      timeout: 3600,
    },
    failed: {
      when: '${tasks.run.?output.?status.orValue("") in ["failed", "cancelled"]}',
      type: 'core/fail',
      input: {
        code: 'tests_failed',
        message: '{{params.test_command}}: ${tasks.run.?output.?errors.orValue([])}',
      },
    },
  },
  output: { answer: '${tasks.run.output}' },
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
    ...OF_CHANGES,
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
      design: written(
        'Design the feature',
        'Design the feature "{{params.feature_name}}". It must: {{params.requirements}}. ' +
          'Earlier work: ${tasks.recall.?output.?results.orValue([])}. Name the parts, their interfaces and the tests.',
      ),
      agree: {
        name: 'Agree on the design',
        depends_on: ['design'],
        approval: approval('Build {{params.feature_name}}?'),
      },
      go: agreed('build'),
      build: {
        name: 'Build it',
        ...done(
          'Build the feature "{{params.feature_name}}" by this design: ${tasks.design.output.response}\n' +
            'Rules for the code: {{params.coding_standards}}. Its tests reach {{params.test_coverage}} percent of it.',
        ),
        timeout: 7200,
      },
      test: { ...tested('Test it'), depends_on: ['build'] },
      review: {
        ...written(
          'Review it',
          'Review this work against {{params.coding_standards}}: ${tasks.build.output.content}\n' +
            'What the tests say: ${tasks.test.output.answer}',
        ),
      },
      remember: {
        name: 'Remember it',
        component: 'engram',
        action: 'store_memory',
        input: {
          content: 'Review: ${tasks.review.output.response}',
          namespace: 'development',
          metadata: { feature: '{{params.feature_name}}' },
        },
        on_error: 'continue',
        timeout: 60,
      },
    },
    output: {
      built: '${tasks.test.status == "completed"}',
      review: '${tasks.review.?output.?response.orValue(null)}',
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
    ...OF_CHANGES,
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
      cause: written(
        'Find the cause',
        'Find the cause of this bug: {{params.bug_report}}. To see it: {{params.reproduction_steps}}. ' +
          'Known: ${tasks.known.output}.',
      ),
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
        loop: { until: '${tasks.verified.output.yes}', max_iterations: '{{params.fix_attempts}}' },
        tasks: {
          fix: {
            ...done(
              'Mend this bug: {{params.bug_report}}\nIts cause: ${tasks.cause.output.response}\n' +
                'To see it: {{params.reproduction_steps}}\nWrite a test that shows it. The attempt before: ${previous}',
            ),
            timeout: 3600,
          },
          verify: { ...tested('Show that it is gone'), depends_on: ['fix'], on_error: 'continue' },
          verified: {
            depends_on: ['verify'],
            type: 'core/value',
            input: { yes: '${tasks.verify.status == "completed"}' },
          },
        },
        output: {
          fixed: '${tasks.verified.output.yes}',
          evidence: '${tasks.verify.?output.?answer.orValue(null)}',
          error: '${tasks.verify.?error.?message.orValue(null)}',
        },
      },
    },
    output: { fixed: '${tasks.mend.status == "completed"}', evidence: '${tasks.mend.?output.?evidence.orValue(null)}' },
  },
};

export const CODE_REFACTORING: JsonObject = {
  name: 'Code Refactoring',
  version: '1.0.0',
  description:
    'Change how code is written and not what it does: test, plan, ask, change, test; undo what does not pass.',
  icon: 'recycle',
  category: 'maintenance',
  tags: ['refactoring', 'maintenance', 'quality', 'components'],
  metadata: { author: 'Harmonia', difficulty: 'hard', components: ['synthesis', 'rhetor', 'ergon'] },
  parameters: {
    code_location: text('File or folder of the code.'),
    refactoring_goals: text('What shall be better afterwards.'),
    preserve_api: { type: 'boolean', default: true, description: 'The public interface stays as it is.' },
    ...OF_CHANGES,
  },
  workflow_definition: {
    name: 'Refactor {{params.code_location}}',
    version: '1.0.0',
    tasks: {
      // What does not pass before says nothing afterwards.
      before: tested('Test what is there'),
      plan: {
        ...written(
          'Plan the change',
          'Plan the refactoring of {{params.code_location}}: {{params.refactoring_goals}}. ' +
            'Keep the public interface: {{params.preserve_api}}.',
        ),
        depends_on: ['before'],
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
            ...done('Refactor {{params.code_location}} by this plan: ${tasks.plan.output.response}'),
            timeout: 5400,
            compensate: done('Take back what you did in {{params.code_location}}: ${output.content}'),
          },
          test: { ...tested('Test what became of it'), depends_on: ['write'] },
        },
        catch: { undone: { type: 'core/value', input: { reverted: true, because: '${error.message}' } } },
      },
    },
    output: { result: '${tasks.change.output}' },
  },
};
