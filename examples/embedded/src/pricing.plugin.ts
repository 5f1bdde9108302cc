import { definePlugin, defineTask, fatal } from '@tekton/harmonia/plugin';

export interface Line {
  readonly item: string;
  readonly price: number;
  readonly quantity: number;
}

const MOST = 1000;

/** `pricing/total`: runs in this process. Its input is checked against the schema before `run` is called. */
const total = defineTask({
  id: 'total',
  description: 'Adds up the lines of an order.',
  effects: 'pure',
  input: {
    type: 'object',
    required: ['lines'],
    properties: {
      lines: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['item', 'price', 'quantity'],
          properties: {
            item: { type: 'string' },
            price: { type: 'number', minimum: 0 },
            quantity: { type: 'integer', minimum: 1 },
          },
        },
      },
    },
  },
  output: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
  run: (input, context) => {
    const lines = input.lines as unknown as Line[];
    const sum = lines.reduce((before, { price, quantity }) => before + price * quantity, 0);
    context.log('info', `${lines.length} lines`);
    if (sum > MOST) throw fatal('too_expensive', `${sum} is more than ${MOST}`);
    return { total: sum };
  },
});

export const pricing = definePlugin({ id: 'pricing', tasks: [total] });
