import { afterAll, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import type { TektonLLMClient } from '../../src/llm/tekton-llm-client/index.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';
import type { Behaviour, LlmDouble } from './double/llm-double.mjs';

afterAll(closeWorlds);

/** Of shapes that no pattern knows: only who holds them can take them out. */
const KEY = 'canary+key/8Jx2vQ==';
const TOKEN = 'canary.token~5Hd0';

const FAULTS: readonly Behaviour[] = [
  { is: 'status', status: 401, message: `Incorrect API key provided: ${KEY} ${TOKEN}` },
  { is: 'status', status: 400, message: `header was Bearer ${KEY}; Bearer ${TOKEN}` },
  { is: 'status', status: 500, body: { detail: [{ input: { key: KEY, token: TOKEN } }] } },
  { is: 'status', status: 429, body: `${KEY}${TOKEN}` },
  { is: 'status', status: 503, body: { nested: { deep: [KEY, TOKEN] } } },
  { is: 'garbage', text: `not json ${KEY} ${TOKEN}` },
  { is: 'garbage', text: JSON.stringify({ error: { message: `${KEY} ${TOKEN}` } }) },
  { is: 'garbage', text: JSON.stringify({ choices: [], key: KEY, token: TOKEN }) },
  { is: 'text', text: `Error: ${KEY} ${TOKEN}` },
  { is: 'text', text: `{'error': '${KEY} ${TOKEN}'}` },
  { is: 'redirect', to: `http://127.0.0.1:9/?key=${encodeURIComponent(KEY)}` },
  { is: 'text', text: `{"key":"${KEY}","token":"${TOKEN}"}` },
  { is: 'reset' },
  { is: 'html' },
];

const everything = (value: unknown): string => inspect(value, { depth: 20, showHidden: true, getters: true });

const failures = async (client: TektonLLMClient): Promise<string> => {
  const ask = {
    messages: [{ role: 'user', content: 'x' }],
    schema: { name: 'a', jsonSchema: { type: 'object' } },
  } as const;
  const shown: string[] = [];
  const note = (error: unknown): void => {
    shown.push(everything(error), JSON.stringify(error), String((error as Error).stack));
  };
  await client.ask(ask).catch(note);
  const read = async (): Promise<void> => {
    for await (const piece of client.stream({ messages: ask.messages })) shown.push(everything(piece.is));
  };
  await read().catch(note);
  shown.push(JSON.stringify(await client.status()));
  return shown.join('\n');
};

test.each(FAULTS.map((fault, index) => [index, fault] as const))(
  'no secret is in errors, status or the client itself, whatever a server says (%s)',
  async (_index, fault) => {
    const rhetor = await startDouble({ speaks: ['rhetor', 'v0'] });
    const openai = await startDouble({ speaks: ['openai'] });
    for (const double of [rhetor, openai] as LlmDouble[]) double.model = () => fault;
    const { client, ledger } = makeClient({
      ...{ rhetorUrl: rhetor.url, authToken: TOKEN, maxRetries: 0 },
      openai: { baseUrl: openai.openaiUrl, apiKey: KEY },
    });
    const shown = (await failures(client)) + everything(client) + JSON.stringify(ledger.calls);
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain(TOKEN);
    // They were there to be leaked.
    if (rhetor.seen.length === 0 || fault.is !== 'text' || !fault.text.startsWith('{"'))
      expect(openai.requests.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    expect(rhetor.requests.some(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
    // Each goes to its own service only.
    expect(JSON.stringify(rhetor.requests)).not.toContain(KEY);
    expect(JSON.stringify(openai.requests)).not.toContain(TOKEN);
  },
);
