import type { Chance } from '../../../src/kernel/index.js';

/** Answers of each dialect, to be garbled. */
const WHOLE = {
  rhetor: [{ response: 'Hi', model: 'llama3.3:70b', usage: { prompt_tokens: 1, completion_tokens: 1 } }],
  v0: [
    { content: 'Hi', model: 'm', provider: 'p', finish_reason: 'stop', usage: { prompt_tokens: 1 }, fallback: false },
  ],
  openai: [
    {
      ...{ id: '1', object: 'chat.completion', created: 1, model: 'm' },
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  ],
} as const;

const STREAMED = {
  v0: ['{"chunk":"Hi","done":false}', '{"chunk":"","done":true,"model":"m"}', '[DONE]'],
  openai: [
    '{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}',
    '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}',
    '[DONE]',
  ],
} as const;

const ODD = [null, 0, -1, 1e300, '', 'x', [], [null], {}, { error: 'x' }, true, '\u0000', '{"a":1}'] as const;

/** Puts something else in the place of some part, or breaks the text. */
const garbled = (value: unknown, chance: Chance): string => {
  const swap = (inner: unknown): unknown => {
    if (chance.happens(0.15)) return ODD[chance.below(ODD.length)];
    if (Array.isArray(inner)) return inner.map(swap);
    if (typeof inner !== 'object' || inner === null) return inner;
    const kept = Object.entries(inner).filter(() => chance.happens(0.9));
    return Object.fromEntries(kept.map(([key, entry]) => [key, swap(entry)]));
  };
  const text = JSON.stringify(swap(value)) ?? '';
  if (chance.happens(0.7)) return text;
  const at = chance.below(text.length + 1);
  return chance.happens(0.5)
    ? text.slice(0, at)
    : `${text.slice(0, at)}${'{}[]",:\\\n'.charAt(chance.below(9))}${text.slice(at)}`;
};

/** A body as servers of a dialect send it, whole or as a stream, with something in it that should not be there. */
export const garbledBody = (
  dialect: 'rhetor' | 'v0' | 'openai',
  chance: Chance,
): { readonly text: string; readonly streams: boolean } => {
  if (dialect === 'rhetor' || chance.happens(0.5)) return { text: garbled(WHOLE[dialect][0], chance), streams: false };
  const events = STREAMED[dialect].map((data) => (data.startsWith('{') ? garbled(JSON.parse(data), chance) : data));
  return { text: events.map((data) => `data: ${data}\n\n`).join(''), streams: true };
};
