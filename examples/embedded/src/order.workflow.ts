/** The same words as in YAML: docs/semantics.md. */
export const ORDER = {
  name: 'order',
  version: '1.0.0',
  input_schema: { type: 'object', required: ['lines'], properties: { lines: { type: 'array' } } },
  tasks: {
    price: { type: 'pricing/total', input: { lines: '${input.lines}' } },
    receipt: { type: 'core/log', input: { message: 'Thank you. To pay: ${tasks.price.output.total}' } },
  },
  output: { total: '${tasks.price.output.total}', receipt: '${tasks.receipt.output.message}' },
};
