// What the real Hermes was seen to answer, replayed against the fake one in the order in which it was seen.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/index.js';
import { FakeHermes } from '../world/fake-hermes/fake-hermes.js';

const DATA = fileURLToPath(new URL('../../../shared/data/hermes-transcripts/', import.meta.url));

interface Exchange {
  readonly number: number;
  readonly file: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
}

const exchanges = readdirSync(DATA)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({
    ...(JSON.parse(readFileSync(DATA + file, 'utf8')) as Exchange),
    file,
    number: Number(file.slice(0, 3)),
  }));

const between =
  (from: number, to: number) =>
  ({ number }: Exchange) =>
    number >= from && number <= to;
const below =
  (...paths: readonly string[]) =>
  ({ request: { path } }: Exchange) =>
    paths.some((one) => path === one || path.startsWith(`${one}/`) || path.startsWith(`${one}?`));

/** What is not replayed, and why. The first that fits counts. */
const LEFT_OUT: readonly (readonly [why: string, fits: (exchange: Exchange) => boolean, count: number])[] = [
  ['asked of the Python Harmonia, not of Hermes', between(159, 171), 13],
  [
    'agents: a component needs none, and with the defaults none works',
    below('/api/a2a/v1', '/.well-known/agent.json'),
    44,
  ],
  [
    "Hermes's own health and pages: Harmonia reads none of them",
    below('/health', '/ready', '/discovery', '/api/health'),
    5,
  ],
  [
    'databases and models of Hermes: nothing in the life of a component needs them',
    below('/api/database', '/api/llm'),
    3,
  ],
  [
    'processors, contexts and capabilities of MCP: Harmonia uses none',
    below('/api/mcp/v2/processors', '/api/mcp/v2/contexts', '/api/mcp/v2/capabilities'),
    5,
  ],
  ['insides of the built-in tools', between(77, 79), 3],
];
const reasonOf = (exchange: Exchange): string | undefined => LEFT_OUT.find(([, fits]) => fits(exchange))?.[0];
const replayed = exchanges.filter((exchange) => reasonOf(exchange) === undefined);

test('of the 184 exchanges 111 are replayed, and each of the others has a reason', () => {
  const counts = LEFT_OUT.map(([why]) => exchanges.filter((exchange) => reasonOf(exchange) === why).length);
  expect(counts).toEqual(LEFT_OUT.map(([, , count]) => count));
  expect([exchanges.length, replayed.length]).toEqual([184, 111]);
});

let hermes: FakeHermes;
/** Ids and tokens that a Hermes makes up: what the real one said → what the fake one says. */
const known = new Map<string, string>();
interface TokenWords {
  readonly payload: { readonly token_id: string; readonly iat: number; readonly exp: number };
  readonly signature: string;
}
const tokens = new Map<string, readonly [recorded: TokenWords, ours: TokenWords]>();

const bodyOf = (number: number): Json => exchanges.find((one) => one.number === number)?.response.body ?? null;
/** The first six of a list of tools are those that Hermes brings along. */
const builtInAt = (number: number): JsonObject[] =>
  (bodyOf(number) as JsonObject[]).slice(0, 6).map((tool) => ({ endpoint: null, ...tool }));

beforeAll(async () => {
  hermes = await FakeHermes.start({ builtIn: builtInAt(71) });
});
afterAll(() => hermes.stop());

/** What happened to the real Hermes between two exchanges, and is in neither. */
const BEFORE: Readonly<Record<number, () => void>> = {
  125: () => hermes.restart(),
  156: () => {
    hermes.restart(builtInAt(158));
    // The Python Harmonia has registered itself and its tools.
    const [entry] = (bodyOf(156) as { readonly components: readonly JsonObject[] }).components;
    hermes.registry.register({ ...entry, type: 'harmonia' });
    for (const tool of (bodyOf(158) as JsonObject[]).slice(6)) hermes.tools.register({ version: null, ...tool });
  },
};

const translated = (text: string): string => {
  let made = text;
  for (const [theirs, ours] of known) made = made.replaceAll(theirs, ours);
  return made;
};

/** The token that the fake gave where the real one gave this, spelt in the same way. */
const tokenFor = (text: string): string => {
  const id = /"token_id": ?"([^"]+)"/.exec(text)?.[1] ?? '';
  const [theirs, ours] = tokens.get(id) ?? [];
  if (!theirs || !ours) return text;
  const pairs = (['token_id', 'iat', 'exp'] as const).map((key) => [
    String(theirs.payload[key]),
    String(ours.payload[key]),
  ]);
  return [[theirs.signature, ours.signature], ...pairs].reduce(
    (made, [from = '', to = '']) => made.replace(from, to),
    translated(text),
  );
};

const SENT = /^(content-type|x-authentication-token|authorization|origin|access-control-.*)$/i;

const ask = async ({ request: { method, path, headers, body } }: Exchange) => {
  const sent = Object.entries(headers)
    .filter(([name]) => SENT.test(name))
    .map(([name, value]) => [name, tokenFor(value)]);
  const {
    statusCode,
    headers: given,
    body: stream,
  } = await request(hermes.url + translated(path), {
    method: method as 'GET',
    headers: Object.fromEntries(sent) as Record<string, string>,
    body: body === null ? null : translated(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  const text = await stream.text();
  const isJson = String(given['content-type']).startsWith('application/json');
  return { status: statusCode, headers: given, body: (isJson ? JSON.parse(text) : text || null) as Json };
};

const TIMES = /^(registered_at|registeredAt|last_heartbeat|lastHeartbeat|timestamp)$/;
const MADE_UP = /^(tool-[0-9a-f-]{36}|.*-[0-9a-f]{8})$/;

const learnToken = (theirs: string, ours: string): string => {
  const [recorded, made] = [theirs, ours].map((text) => JSON.parse(text) as TokenWords) as [TokenWords, TokenWords];
  tokens.set(recorded.payload.token_id, [recorded, made]);
  expect(ours.replace(/[0-9a-f]{64}|[0-9a-f-]{36}|\d{10}/g, '#')).toBe(
    translated(theirs).replace(/[0-9a-f]{64}|[0-9a-f-]{36}|\d{10}/g, '#'),
  );
  expect([made.payload.exp - made.payload.iat]).toEqual([recorded.payload.exp - recorded.payload.iat]);
  return ours;
};

/** What was recorded, as the fake one has to say it: other ids, tokens and times, and all else the same. */
const expected = (theirs: Json, ours: Json | undefined, key = ''): Json => {
  if (TIMES.test(key) && typeof theirs === 'number' && typeof ours === 'number') return ours;
  if (key === 'token' && typeof theirs === 'string' && typeof ours === 'string') return learnToken(theirs, ours);
  if (/^(componentId|toolId)$/.test(key) && MADE_UP.test(theirs as string) && MADE_UP.test(String(ours)))
    known.set(theirs as string, ours as string);
  if (typeof theirs === 'string') return translated(theirs);
  if (Array.isArray(theirs))
    return (theirs as Json[]).map((item, index) =>
      expected(item, Array.isArray(ours) ? (ours[index] as Json) : undefined),
    );
  if (!isJsonObject(theirs)) return theirs;
  const entries = Object.entries(theirs).sort(([a]) => (a === 'componentId' ? -1 : 0));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, expected(value, isJsonObject(ours) ? ours[name] : undefined, name)]),
  );
};

const COMPARED = /^(content-type|allow|location|vary|access-control-.*)$/;
const shownHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => COMPARED.test(name)));

test.each(replayed.map((exchange) => [exchange.file, exchange] as const))('%s', async (_file, exchange) => {
  BEFORE[exchange.number]?.();
  const { status, headers, body } = await ask(exchange);
  const { response } = exchange;
  expect({ status, body, headers: shownHeaders(headers) }).toEqual({
    ...{ status: response.status, body: expected(response.body, body) },
    headers: JSON.parse(
      JSON.stringify(shownHeaders(response.headers)).replace('http://127.0.0.1:8001', hermes.url),
    ) as unknown,
  });
});
