import type { JsonObject } from '../../../src/kernel/index.js';

/**
 * Templates as the people of one small company may have made them for themselves: they lie beside those that come with
 * Harmonia, so that a sentence has more than nine to be told from. Written, like the sentences, before the matcher was.
 */
export const SHELF: readonly JsonObject[] = [
  {
    name: 'Nightly Report',
    description: 'Gets the figures of the day from a service and mails them as a table.',
    category: 'reporting',
    tags: ['report', 'email'],
    parameters: {
      source: { type: 'string', format: 'uri', required: true, description: 'Address of the figures, JSON.' },
      recipients: {
        type: 'array',
        items: { type: 'string', format: 'email' },
        minItems: 1,
        required: true,
        description: 'Who gets it.',
      },
      subject: { type: 'string', maxLength: 200, default: 'Figures of the day' },
    },
    workflow_definition: {
      name: 'Nightly report',
      tasks: {
        fetch: { type: 'http/request', input: { url: '{{params.source}}' }, retry_policy: { max_retries: 3 } },
        send: {
          type: 'email/send',
          input: {
            to: '{{params.recipients}}',
            subject: '{{params.subject}}',
            text: '${string(tasks.fetch.output.status)}',
          },
        },
      },
    },
  },
  {
    name: 'Back Up a Folder',
    description: 'Copies the files of a folder to another place.',
    category: 'files',
    tags: ['backup', 'files'],
    parameters: {
      folder: { type: 'string', minLength: 1, required: true, description: 'Folder whose files are copied.' },
      destination: { type: 'string', minLength: 1, required: true, description: 'Folder that the copies go to.' },
      keep_days: { type: 'integer', minimum: 1, maximum: 3650, default: 14, description: 'Days that copies are kept.' },
    },
    workflow_definition: {
      name: 'Back up {{params.folder}}',
      tasks: {
        list: { type: 'file/list', input: { path: '{{params.folder}}' } },
        each: {
          map: { over: '${tasks.list.output.entries}', as: 'entry', concurrency: 4 },
          tasks: {
            copy: {
              type: 'file/copy',
              input: { path: '{{params.folder}}/${entry.name}', to: '{{params.destination}}/${entry.name}' },
            },
          },
        },
        note: {
          type: 'core/log',
          depends_on: ['each'],
          input: { message: 'kept for ${string({{params.keep_days}})} days' },
        },
      },
    },
  },
  {
    name: 'Download a File',
    description: 'Fetches a file from the web, checks its checksum and puts it on disk.',
    category: 'files',
    tags: ['download', 'http'],
    parameters: {
      url: { type: 'string', format: 'uri', pattern: '^https?://', required: true, description: 'Where the file is.' },
      path: { type: 'string', minLength: 1, required: true, description: 'Where it is put.' },
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'Its checksum; absent: it is not checked.' },
    },
    workflow_definition: {
      name: 'Download {{params.url}}',
      tasks: {
        fetch: { type: 'http/download', input: { url: '{{params.url}}', path: '{{params.path}}' }, timeout: 600 },
        note: { type: 'core/log', depends_on: ['fetch'], input: { message: 'checksum: {{params.sha256}}' } },
      },
    },
  },
  {
    name: 'Load a CSV into a Table',
    description: 'Reads rows of a CSV file and inserts them into a table of the database.',
    category: 'data',
    tags: ['csv', 'database', 'import'],
    parameters: {
      path: { type: 'string', pattern: '\\.csv$', required: true, description: 'The CSV file.' },
      table: { type: 'string', pattern: '^[a-z_][a-z0-9_]*$', required: true, description: 'Name of the table.' },
      batch_size: { type: 'integer', minimum: 1, maximum: 10000, default: 500, description: 'Rows per statement.' },
    },
    workflow_definition: {
      name: 'Load {{params.path}}',
      tasks: {
        read: { type: 'file/read', input: { path: '{{params.path}}' } },
        note: {
          type: 'core/log',
          depends_on: ['read'],
          input: { message: 'into {{params.table}}, {{params.batch_size}} rows at a time' },
        },
      },
    },
  },
  {
    name: 'Send an Invoice',
    description: 'Writes an invoice for a customer and sends it by e-mail.',
    category: 'billing',
    tags: ['invoice', 'billing', 'email'],
    parameters: {
      customer_email: { type: 'string', format: 'email', required: true, description: 'E-mail of the customer.' },
      amount: { type: 'number', exclusiveMinimum: 0, required: true, description: 'What is to be paid.' },
      currency: { type: 'enum', enum: ['EUR', 'USD', 'GBP'], default: 'EUR' },
      due: { type: 'date', required: true, description: 'Day by which it is to be paid.' },
    },
    workflow_definition: {
      name: 'Invoice for {{params.customer_email}}',
      tasks: {
        send: {
          type: 'email/send',
          input: {
            to: '{{params.customer_email}}',
            subject: 'Your invoice',
            text: 'Please pay {{params.amount}} {{params.currency}} by {{params.due}}.',
          },
        },
      },
    },
  },
  {
    name: 'Summarise a Page',
    description: 'Reads a web page and has a language model write a summary of it.',
    category: 'language',
    tags: ['summary', 'llm'],
    parameters: {
      page: { type: 'string', format: 'uri', required: true, description: 'Address of the page.' },
      words: { type: 'integer', minimum: 20, maximum: 2000, default: 150, description: 'Length in words.' },
      language: { type: 'enum', enum: ['English', 'German', 'French', 'Spanish'], default: 'English' },
    },
    workflow_definition: {
      name: 'Summary of {{params.page}}',
      tasks: {
        read: { type: 'http/request', input: { url: '{{params.page}}' } },
        write: {
          type: 'llm/generate',
          input: { prompt: 'Sum this up in {{params.words}} words of {{params.language}}: ${tasks.read.output.body}' },
        },
      },
      output: { summary: '${tasks.write.output.text}' },
    },
  },
  {
    name: 'Welcome a Colleague',
    description:
      'Prepares the first day of somebody new: accounts, a mail with what they need, a reminder for the team.',
    category: 'people',
    tags: ['onboarding', 'people'],
    parameters: {
      name: { type: 'string', minLength: 1, required: true, description: 'Name of the colleague.' },
      email: { type: 'string', format: 'email', required: true, description: 'Where the mail goes.' },
      start: { type: 'date', required: true, description: 'First day.' },
      role: {
        type: 'enum',
        enum: ['engineer', 'designer', 'sales'],
        required: true,
        description: 'What they will do.',
      },
    },
    workflow_definition: {
      name: 'Welcome {{params.name}}',
      tasks: {
        accounts: { approval: { message: 'Accounts for {{params.name}} ({{params.role}}) made?' } },
        mail: {
          type: 'email/send',
          depends_on: ['accounts'],
          input: { to: '{{params.email}}', subject: 'Welcome {{params.name}}', text: 'See you on {{params.start}}.' },
        },
      },
    },
  },
  {
    name: 'Delete Old Files',
    description: 'Removes files of a folder that nobody has changed for long.',
    category: 'files',
    tags: ['cleanup', 'files'],
    parameters: {
      folder: { type: 'string', minLength: 1, required: true, description: 'Where to look.' },
      older_than_days: { type: 'integer', minimum: 1, required: true, description: 'Age from which files go.' },
      pattern: { type: 'string', default: '*', description: 'Names of files, with * and ?.' },
    },
    workflow_definition: {
      name: 'Clean up {{params.folder}}',
      tasks: {
        list: { type: 'file/list', input: { path: '{{params.folder}}' } },
        note: {
          type: 'core/log',
          depends_on: ['list'],
          input: { message: '{{params.pattern}} older than {{params.older_than_days}} days' },
        },
      },
    },
  },
  {
    name: 'Outage Notice',
    description: 'Tells customers and the people on call that a service is down.',
    category: 'operations',
    tags: ['incident', 'outage', 'email'],
    parameters: {
      service: { type: 'string', minLength: 1, required: true, description: 'What does not work.' },
      severity: { type: 'enum', enum: ['minor', 'major', 'critical'], required: true },
      recipients: {
        type: 'array',
        items: { type: 'string', format: 'email' },
        required: true,
        description: 'Who is told.',
      },
    },
    workflow_definition: {
      name: 'Outage of {{params.service}}',
      tasks: {
        tell: {
          type: 'email/send',
          input: {
            to: '{{params.recipients}}',
            subject: '{{params.severity}}: {{params.service}} is down',
            text: 'We are on it.',
          },
        },
      },
    },
  },
  {
    name: 'Translate a Text',
    description: 'Has a language model translate a text.',
    category: 'language',
    tags: ['translation', 'llm'],
    parameters: {
      text: { type: 'string', minLength: 1, required: true, description: 'What is translated.' },
      language: {
        type: 'enum',
        enum: ['English', 'German', 'French', 'Spanish', 'Japanese'],
        required: true,
        description: 'The language that it is translated into.',
      },
    },
    workflow_definition: {
      name: 'Translate into {{params.language}}',
      tasks: {
        write: { type: 'llm/generate', input: { prompt: 'Translate into {{params.language}}: {{params.text}}' } },
      },
    },
  },
  {
    name: 'Release a Version',
    description: 'Has a release approved, then tells the deployment service to roll it out.',
    category: 'operations',
    tags: ['release', 'deployment', 'approval'],
    parameters: {
      version: {
        type: 'string',
        pattern: '^\\d+\\.\\d+\\.\\d+$',
        required: true,
        description: 'The version, as 1.2.3.',
      },
      environment: { type: 'enum', enum: ['staging', 'production'], default: 'staging', description: 'Where it goes.' },
      approvers: { type: 'array', items: { type: 'string' }, default: [], description: 'Who has to agree.' },
      deploy_token: { type: 'string', secret: true, description: 'Token of the deployment service.' },
    },
    workflow_definition: {
      name: 'Release {{params.version}}',
      tasks: {
        agree: { approval: { by: '{{params.approvers}}', message: 'Release {{params.version}}?' } },
        note: {
          type: 'core/log',
          depends_on: ['agree'],
          input: { message: '{{params.version}} goes to {{params.environment}}' },
        },
      },
    },
  },
  {
    name: 'Watch a Price',
    description: 'Looks at the price of an article in a shop from time to time and says when it has fallen.',
    category: 'shopping',
    tags: ['price', 'http', 'loop'],
    parameters: {
      article: { type: 'string', format: 'uri', required: true, description: 'Page of the article.' },
      below: { type: 'number', exclusiveMinimum: 0, required: true, description: 'Price below which it is told.' },
      every: { type: 'number', minimum: 1, default: 60, description: 'Minutes between two looks.' },
    },
    workflow_definition: {
      name: 'Price of {{params.article}}',
      tasks: {
        look: {
          loop: { until: '${tasks.ask.output.status < {{params.below}}}', max_iterations: 1000 },
          tasks: {
            ask: { type: 'http/request', input: { url: '{{params.article}}' } },
            rest: { depends_on: ['ask'], wait: { seconds: '${ {{params.every}} * 60 }' } },
          },
        },
      },
    },
  },
];
