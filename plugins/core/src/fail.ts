import { defineTask, fatal, transient } from '@tekton/harmonia/plugin';

export const fail = defineTask({
  id: 'fail',
  description: 'Fails: always, or on its first attempts only.',
  effects: 'pure',
  input: {
    type: 'object',
    additionalProperties: false,
    properties: {
      message: { type: 'string', default: 'failed on purpose' },
      code: { type: 'string', default: 'task_failed' },
      kind: {
        enum: ['fatal', 'transient'],
        default: 'fatal',
        description: 'Transient failures are retried by policy.',
      },
      times: { type: 'integer', minimum: 0, description: 'Attempts that fail; later ones succeed. Absent: all.' },
    },
  },
  run: (input, context) => {
    const { message = 'failed on purpose', code = 'task_failed', kind = 'fatal', times } = input as Partial<FailInput>;
    if (times !== undefined && context.attempt > times) return { attempt: context.attempt };
    throw kind === 'transient' ? transient(code, message) : fatal(code, message);
  },
});

interface FailInput {
  readonly message: string;
  readonly code: string;
  readonly kind: 'fatal' | 'transient';
  readonly times: number;
}
