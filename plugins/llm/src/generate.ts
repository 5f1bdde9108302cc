import { defineTask, fatal, type Json } from '@tekton/harmonia/plugin';

export const generate = defineTask({
  id: 'generate',
  title: 'Ask a language model',
  icon: '✨',
  description: 'Gives words to a language model and answers what it says: text, or a value that fits a schema.',
  effects: 'read',
  input: {
    type: 'object',
    required: ['prompt'],
    additionalProperties: false,
    properties: {
      prompt: { type: 'string', minLength: 1 },
      system: { type: 'string', description: 'Who the model is and what holds throughout.' },
      model: { type: 'string', minLength: 1, description: 'Default: the one that the service is configured with.' },
      temperature: { type: 'number', minimum: 0, maximum: 2 },
      max_tokens: { type: 'integer', minimum: 1, description: 'Of the answer.' },
      schema: { type: 'object', description: 'JSON Schema of the answer: `output` is then a value that fits it.' },
    },
  },
  output: {
    type: 'object',
    required: ['text', 'output', 'model', 'usage'],
    properties: {
      text: { type: 'string' },
      output: { description: 'The value, when there is a schema; else null.' },
      model: { type: 'string' },
      usage: {
        type: ['object', 'null'],
        description: '`{input_tokens, output_tokens}`, when the model says so.',
      },
      cost: { type: ['object', 'null'], description: '`{amount, currency}`; null: nobody knows the price.' },
    },
  },
  run: async (input, context) => {
    const { llm } = context.services;
    if (!llm)
      throw fatal(
        'llm_unavailable',
        'This service has no language model. Configure one, or replace this step by one that needs none.',
      );
    const { prompt, system, model, temperature, max_tokens: maxTokens, schema } = input;
    const answer = await llm.generate({
      prompt,
      ...(system !== undefined && { system }),
      ...(model !== undefined && { model }),
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(schema !== undefined && { schema }),
      signal: context.signal,
    });
    // Prose in the place of a value would only fail later, further from its cause.
    if (schema !== undefined && answer.output === undefined)
      throw fatal('llm_no_output', `The model ${answer.model} answered no value that fits the schema.`);
    const { usage, output = null, cost } = answer;
    const counted: Json = usage ? { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens } : null;
    const paid: Json = cost ? { amount: cost.amount, currency: cost.currency } : null;
    return { text: answer.text, output, model: answer.model, usage: counted, cost: paid };
  },
});
