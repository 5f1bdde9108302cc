import type { JsonObject } from '../../kernel/index.js';

const about = (name: string, description: string, words: { icon: string; tags: readonly string[] }): JsonObject => ({
  name,
  version: '1.0.0',
  description,
  icon: words.icon,
  category: 'first steps',
  tags: ['first-steps', ...words.tags],
  metadata: { author: 'Harmonia', difficulty: 'easy', components: [] },
});

/** Templates that run here and now, with nothing but Harmonia. */
export const FIRST_STEPS: readonly JsonObject[] = [
  {
    ...about('Check a Web Address', 'Asks a web address, says whether it answers as it should.', {
      icon: 'globe',
      tags: ['http', 'switch'],
    }),
    parameters: {
      url: { type: 'string', format: 'uri', required: true, pattern: '^https?://', description: 'The address to ask.' },
      expected_status: { type: 'integer', minimum: 100, maximum: 599, default: 200 },
      attempts: { type: 'integer', minimum: 0, maximum: 20, default: 3, description: 'Tries after the first.' },
    },
    workflow_definition: {
      name: 'Check {{params.url}}',
      version: '1.0.0',
      tasks: {
        ask: {
          type: 'http/request',
          input: { url: '{{params.url}}', expect: ['{{params.expected_status}}'] },
          retry_policy: { max_retries: '{{params.attempts}}', initial_delay: 0.5 },
          on_error: 'continue',
          timeout: 30,
        },
        judge: {
          depends_on: ['ask'],
          switch: [{ when: '${tasks.ask.status == "completed"}', goto: 'fine' }, { goto: 'trouble' }],
        },
        fine: { type: 'core/value', input: { healthy: true, status: '${tasks.ask.?output.?status.orValue(0)}' } },
        trouble: { type: 'core/value', input: { healthy: false, because: '${tasks.ask.?error.?message.orValue("")}' } },
      },
      output: { healthy: '${tasks.fine.status == "completed"}' },
    },
  },
  {
    ...about('Process a List', 'Does the same with each item of a list, several at a time.', {
      icon: 'list',
      tags: ['map'],
    }),
    parameters: {
      items: { type: 'array', maxItems: 10000, default: ['first', 'second', 'third'], description: 'Any values.' },
      concurrency: { type: 'integer', minimum: 1, maximum: 100, default: 5, description: 'Items at the same time.' },
      label: { type: 'string', default: 'item', description: 'What an item is called.' },
    },
    workflow_definition: {
      name: 'Process a list',
      version: '1.0.0',
      tasks: {
        each: {
          map: { over: '{{params.items}}', as: 'entry', concurrency: '{{params.concurrency}}' },
          tasks: {
            note: { type: 'core/log', input: { message: '{{params.label}}: ${string(index + 1)}' } },
            done: { type: 'core/value', input: { label: '{{params.label}}', value: '${entry}' }, depends_on: ['note'] },
          },
        },
      },
      output: { count: '${size(tasks.each.output)}', results: '${tasks.each.output}' },
    },
  },
  {
    ...about('Repeat with a Pause', 'Does something again and again, with a pause between.', {
      icon: 'repeat',
      tags: ['loop', 'wait'],
    }),
    parameters: {
      times: { type: 'integer', minimum: 1, maximum: 1000, default: 3 },
      pause: { type: 'number', minimum: 0.01, maximum: 86400, default: 1, description: 'Seconds.' },
      message: { type: 'string', default: 'still here', description: 'Said each time.' },
    },
    workflow_definition: {
      name: 'Repeat with a pause',
      version: '1.0.0',
      tasks: {
        again: {
          loop: { until: '${index + 1 >= {{params.times}}}', max_iterations: '{{params.times}}' },
          tasks: {
            say: { type: 'core/log', input: { message: '{{params.message}}' } },
            rest: { depends_on: ['say'], wait: { seconds: '{{params.pause}}' } },
            count: { depends_on: ['rest'], type: 'core/value', input: { round: '${index + 1}' } },
          },
        },
      },
      output: { rounds: '${tasks.again.output.count.round}' },
    },
  },
  {
    ...about('Ask Before Going On', 'Waits for a yes or a no, and goes the way that was chosen.', {
      icon: 'hand',
      tags: ['approval', 'switch'],
    }),
    parameters: {
      question: { type: 'string', minLength: 1, maxLength: 2000, required: true },
      approvers: {
        type: 'array',
        items: { type: 'string', minLength: 1 },
        default: [],
        description: 'Empty: anybody.',
      },
      hours: { type: 'number', exclusiveMinimum: 0, maximum: 8760, default: 24, description: 'Then it is a no.' },
    },
    workflow_definition: {
      name: 'Ask before going on',
      version: '1.0.0',
      tasks: {
        ask: {
          approval: {
            by: '{{params.approvers}}',
            within: '${ {{params.hours}} * 3600 }',
            on_timeout: 'reject',
            message: '{{params.question}}',
          },
        },
        choose: { switch: [{ when: '${tasks.ask.output.approved}', goto: 'yes' }, { goto: 'no' }] },
        yes: { type: 'core/value', input: { answer: 'yes', by: '${tasks.ask.output.by}' } },
        no: { type: 'core/value', input: { answer: 'no' } },
      },
      output: { approved: '${tasks.yes.status == "completed"}' },
    },
  },
  {
    ...about('Book and Undo', 'Books one thing after the other; when one fails, those before it are undone.', {
      icon: 'undo',
      tags: ['try', 'compensate', 'saga'],
    }),
    parameters: {
      traveller: { type: 'string', minLength: 1, default: 'Ada' },
      seats_left: { type: 'boolean', default: false, description: 'false: the second booking fails.' },
    },
    workflow_definition: {
      name: 'Book and undo',
      version: '1.0.0',
      tasks: {
        trip: {
          try: {
            hotel: {
              type: 'core/value',
              input: { booking: 'hotel of {{params.traveller}}' },
              compensate: { type: 'core/log', input: { message: 'cancelled: ${output.booking}' } },
            },
            flight: {
              depends_on: ['hotel'],
              when: '${ !{{params.seats_left}} }',
              type: 'core/fail',
              input: { code: 'no_seat', message: 'no seat for {{params.traveller}}' },
            },
            booked: { depends_on: ['flight'], type: 'core/value', input: { booked: true } },
          },
          catch: { stay: { type: 'core/value', input: { booked: false, because: '${error.code}' } } },
        },
      },
      output: { trip: '${tasks.trip.output}' },
    },
  },
  {
    ...about('Run Another Workflow', 'Runs a workflow that is here, waits for its end, and works with what it gave.', {
      icon: 'layers',
      tags: ['sub-workflow'],
    }),
    parameters: {
      workflow: { type: 'string', minLength: 1, maxLength: 255, required: true, description: 'Name of the workflow.' },
      input: { type: 'object', default: {}, description: 'What it starts with.' },
    },
    workflow_definition: {
      name: 'Run {{params.workflow}}',
      version: '1.0.0',
      tasks: {
        child: { workflow: { name: '{{params.workflow}}', input: '{{params.input}}', wait: true } },
        report: {
          type: 'core/value',
          input: { workflow: '{{params.workflow}}', gave: '${tasks.child.output}' },
        },
      },
      output: { report: '${tasks.report.output}' },
    },
  },
];
