import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { DEGRADED_REASONS } from '../../src/llm/ports/index.js';
import {
  ConnectionError,
  degradedReason,
  FallbackError,
  InvalidRequestError,
  mustBeReady,
  RateLimitError,
  TimeoutError,
} from '../../src/llm/tekton-llm-client/index.js';

const failed = { transport: 't', reason: 'no' };
const gone = new ConnectionError(failed, false);

test('the guide has every reason, and no other', async () => {
  const guide = await readFile('docs/guides/language-models.md', 'utf8');
  const [, section = ''] = guide.split('## When a model gives less');
  const [table = ''] = section.split('\n## ');
  const named = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name).filter((name) => name !== 'reason');
  expect(named).toEqual([...DEGRADED_REASONS]);
});

test('documents of the API name every reason wherever there is one', async () => {
  const text = await readFile('docs/openapi.json', 'utf8');
  const { components } = JSON.parse(text) as {
    readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
  };
  const having = Object.entries(components.schemas).filter(([, { properties = {} }]) => 'degraded' in properties);
  expect(having.map(([name]) => name)).toEqual(expect.arrayContaining(['SuggestionsAnswer', 'CandidatesAnswer']));
  for (const [, schema] of having) expect(JSON.stringify(schema)).toContain('#/components/schemas/DegradedAnswer"');
  expect(components.schemas.DegradedAnswer).toMatchObject({ properties: { reason: { enum: [...DEGRADED_REASONS] } } });
});

describe('the reason for an error', () => {
  test.each([
    ['what the client calls otherwise', new TimeoutError('t', 100), 'deadline'],
    ['of ways that failed alike, theirs', new FallbackError([gone, gone]), 'unreachable'],
    ['of others, none', new FallbackError([gone, new RateLimitError(failed)]), 'failed'],
    ['what has no word of its own', new InvalidRequestError(failed), 'failed'],
    ['what nobody foresaw', new Error('x'), 'failed'],
  ])('%s', (_, error, reason) => expect(degradedReason(error)).toBe(reason));
});

test('who requires a model is told why there is none, in words and in the word', () => {
  mustBeReady({ ok: true });
  let refusal: unknown;
  try {
    mustBeReady({ ok: false, reason: 'not_configured' });
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({
    ...{ code: 'llm_unavailable', message: 'No language model can be asked: none is configured.' },
    details: { reason: 'not_configured' },
  });
});
