import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/index.js';

const llm = (environment: Record<string, string>) => readConfig(environment).llm;

describe('which models are configured', () => {
  test('none, when nobody says anything: no port is tried unasked', () => {
    expect(llm({ TEKTON_HOST: 'tekton' })).toMatchObject({ mode: 'auto', rhetorUrl: undefined, openai: undefined });
  });

  test.each<[Record<string, string>, string | undefined]>([
    [{ RHETOR_URL: 'http://rhetor:8003/' }, 'http://rhetor:8003'],
    [{ TEKTON_LLM_RHETOR_URL: 'http://a:1', RHETOR_URL: 'http://b:2' }, 'http://a:1'],
    [{ RHETOR_PORT: '8103' }, 'http://localhost:8103'],
    [{ RHETOR_PORT: '8103', TEKTON_HOST: 'tekton' }, 'http://tekton:8103'],
    [{ RHETOR_HOST: '::1' }, 'http://[::1]:8003'],
    [{ TEKTON_LLM_MODE: 'rhetor' }, 'http://localhost:8003'],
    [{ TEKTON_LLM_MODE: 'off', RHETOR_PORT: '8103' }, undefined],
    [{ TEKTON_LLM_MODE: 'openai', RHETOR_PORT: '8103', OPENAI_API_KEY: 'k' }, undefined],
  ])('Rhetor by %j is %s', (environment, url) => {
    expect(llm(environment).rhetorUrl).toBe(url);
  });

  test.each<[Record<string, string>, object | undefined]>([
    [{ OPENAI_API_KEY: 'k' }, { baseUrl: 'https://api.openai.com/v1', apiKey: 'k' }],
    [{ OPENAI_BASE_URL: 'http://localhost:11434/v1/' }, { baseUrl: 'http://localhost:11434/v1', apiKey: undefined }],
    [{ TEKTON_LLM_MODE: 'rhetor', OPENAI_API_KEY: 'k' }, undefined],
  ])('the endpoint by %j', (environment, expected) => {
    expect(llm(environment).openai).toEqual(expected);
  });

  test('the names of the old client count', () => {
    expect(
      llm({
        ...{ RHETOR_AUTH_TOKEN: 't', RHETOR_TIMEOUT: '30', RHETOR_MAX_RETRIES: '3', RHETOR_DEFAULT_MODEL: 'm' },
        ...{ RHETOR_DEFAULT_PROVIDER: 'p', TEKTON_LLM_TEMPERATURE: '0.2', TEKTON_LLM_MAX_TOKENS: '99' },
        ...{ TEKTON_LLM_STOP_SEQUENCES: 'END, STOP', TEKTON_LLM_WEBSOCKET: 'yes' },
      }),
    ).toMatchObject({
      ...{ authToken: 't', timeout: 30, maxRetries: 1, modelId: 'm', providerId: 'p' },
      ...{ temperature: 0.2, maxTokens: 99, stopSequences: ['END', 'STOP'], webSocket: true, rhetorPayloads: false },
    });
    expect(llm({ TEKTON_LLM_TIMEOUT: '5', RHETOR_TIMEOUT: '30', RHETOR_MAX_RETRIES: '0' })).toMatchObject({
      ...{ timeout: 5, maxRetries: 0 },
    });
  });
});

test.each<[Record<string, string>, string]>([
  [{ TEKTON_LLM_MODE: 'maybe' }, 'TEKTON_LLM_MODE'],
  [{ TEKTON_LLM_MODE: 'openai' }, 'TEKTON_LLM_MODE'],
  [{ RHETOR_URL: 'canary:secret' }, 'RHETOR_URL'],
  [{ RHETOR_URL: 'http://user:canary@rhetor' }, 'RHETOR_URL'],
  [{ OPENAI_BASE_URL: 'http://x/v1?key=canary' }, 'OPENAI_BASE_URL'],
  [{ OPENAI_BASE_URL: 'file:///canary' }, 'OPENAI_BASE_URL'],
  [{ OPENAI_API_KEY: 'canary\nkey' }, 'OPENAI_API_KEY'],
  [{ RHETOR_AUTH_TOKEN: 'canary token' }, 'RHETOR_AUTH_TOKEN'],
  [{ RHETOR_PORT: '99999' }, 'RHETOR_PORT'],
  [{ RHETOR_HOST: 'a/b?c' }, 'RHETOR_HOST'],
  [{ RHETOR_WS_URL: 'http://x' }, 'RHETOR_WS_URL'],
  [{ TEKTON_LLM_TEMPERATURE: '3' }, 'TEKTON_LLM_TEMPERATURE'],
  [{ TEKTON_LLM_MAX_TOKENS: '0' }, 'TEKTON_LLM_MAX_TOKENS'],
  [{ TEKTON_LLM_TIMEOUT: '0' }, 'TEKTON_LLM_TIMEOUT'],
  [{ TEKTON_LLM_WEBSOCKET: 'perhaps' }, 'TEKTON_LLM_WEBSOCKET'],
  [{ TEKTON_LLM_PRICES: 'gpt=cheap' }, 'TEKTON_LLM_PRICES'],
  [{ TEKTON_LLM_PRICES: 'gpt=-1/2' }, 'TEKTON_LLM_PRICES'],
  [{ TEKTON_LLM_CURRENCY: 'dollars' }, 'TEKTON_LLM_CURRENCY'],
  [{ TEKTON_LLM_BUDGET_TENANT_DAY_COST: 'much' }, 'TEKTON_LLM_BUDGET_TENANT_DAY_COST'],
  [{ TEKTON_LLM_BUDGET_REQUEST_TOKENS: '-1' }, 'TEKTON_LLM_BUDGET_REQUEST_TOKENS'],
])('%j stops the start, names the setting and shows no secret', (environment, name) => {
  let error: unknown;
  try {
    readConfig(environment);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'invalid_configuration', params: { name } });
  expect(String(error)).not.toContain('canary');
});
