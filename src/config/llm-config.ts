import { llmSpending, type LlmSpending } from './llm-spending.js';
import { addressOf } from '../tekton/utilities/environment/index.js';
import { gather, wrong, type Settings } from '../tekton/utilities/settings/index.js';

/** How language models are reached. Without an address of Rhetor and without an endpoint nothing is asked. */
export interface LlmConfig {
  readonly mode: 'auto' | 'rhetor' | 'openai' | 'off';
  /** Undefined: there is no Rhetor, or it is not to be asked. */
  readonly rhetorUrl: string | undefined;
  readonly rhetorWsUrl: string | undefined;
  readonly authToken: string | undefined;
  /** Whether the WebSocket of the old client's protocol is tried. */
  readonly webSocket: boolean;
  /** Whether prompts with data of executions may go to Rhetor. */
  readonly rhetorPayloads: boolean;
  /** Undefined: there is no OpenAI-compatible endpoint, or it is not to be asked. */
  readonly openai: { readonly baseUrl: string; readonly apiKey: string | undefined } | undefined;
  readonly providerId: string | undefined;
  readonly modelId: string | undefined;
  /** Seconds for one request, over all attempts. */
  readonly timeout: number;
  readonly maxRetries: 0 | 1;
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  readonly stopSequences: readonly string[];
  /** What it costs, and what may be spent. */
  readonly spending: LlmSpending;
}

const MODES = ['auto', 'rhetor', 'openai', 'off'] as const;
const RHETOR_PORT = 8003;
const OPENAI = 'https://api.openai.com/v1';

const address = (settings: Settings, name: string, protocol: RegExp): string | undefined => {
  const text = settings.text(name);
  if (text === undefined) return undefined;
  // What is wrong is not shown: it may have a password in it.
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol)) throw wrong(name, 'it is no address');
  const { username, password, search, hash } = new URL(text);
  if (username + password + search + hash !== '')
    throw wrong(name, 'an address here has no user, password, query or fragment; a token has a setting of its own');
  return text.replace(/\/+$/, '');
};

/** Given as an address, or by host and port as the platform does. In mode `rhetor` it is where it always is. */
const rhetorUrl = (settings: Settings, mode: LlmConfig['mode']): string | undefined => {
  const given = address(settings, settings.first('TEKTON_LLM_RHETOR_URL', 'RHETOR_URL'), /^https?:$/);
  if (given !== undefined) return given;
  const names = ['RHETOR_HOST', 'RHETOR_PORT'];
  if (mode !== 'rhetor' && !names.some((name) => settings.text(name) !== undefined)) return undefined;
  const host = settings.text('RHETOR_HOST') ?? settings.text('TEKTON_HOST') ?? 'localhost';
  const port = settings.whole('RHETOR_PORT', { min: 1, max: 65_535, otherwise: RHETOR_PORT });
  const url = addressOf(host, port);
  if (url === undefined) throw wrong(settings.first('RHETOR_HOST', 'TEKTON_HOST'), 'it is no name of a host');
  return url;
};

const openai = (settings: Settings, mode: LlmConfig['mode']): LlmConfig['openai'] => {
  const apiKey = settings.text('OPENAI_API_KEY');
  const baseUrl = address(settings, 'OPENAI_BASE_URL', /^https?:$/);
  if (apiKey !== undefined && /[^\x21-\x7e]/.test(apiKey))
    throw wrong('OPENAI_API_KEY', 'it has characters that no key has');
  if (apiKey === undefined && baseUrl === undefined) {
    if (mode === 'openai') throw wrong('TEKTON_LLM_MODE', 'openai needs OPENAI_BASE_URL or OPENAI_API_KEY');
    return undefined;
  }
  return { baseUrl: baseUrl ?? OPENAI, apiKey };
};

const optional = (settings: Settings, name: string, bounds: { min: number; max: number }): number | undefined =>
  settings.text(name) === undefined ? undefined : settings.number(name, { ...bounds, otherwise: 0 });

const token = (settings: Settings): string | undefined => {
  const name = settings.first('TEKTON_LLM_AUTH_TOKEN', 'RHETOR_AUTH_TOKEN');
  const text = settings.text(name);
  if (text !== undefined && /[^\x21-\x7e]/.test(text)) throw wrong(name, 'it has characters that no token has');
  return text;
};

/** The old client promised three and made none. One is what a deadline has room for. */
const maxRetries = (settings: Settings): 0 | 1 => {
  const name = settings.first('TEKTON_LLM_MAX_RETRIES', 'RHETOR_MAX_RETRIES');
  return settings.whole(name, { min: 0, max: 100, otherwise: 1 }) === 0 ? 0 : 1;
};

/** The names are those of the old tekton-llm-client, and of OpenAI's library. Throws `WrongSettings`. */
export const llmConfig = (settings: Settings): LlmConfig => {
  const mode = settings.choice('TEKTON_LLM_MODE', MODES, 'auto');
  const timeoutName = settings.first('TEKTON_LLM_TIMEOUT', 'RHETOR_TIMEOUT');
  return gather<LlmConfig>({
    mode: () => mode,
    rhetorUrl: () => (mode === 'off' || mode === 'openai' ? undefined : rhetorUrl(settings, mode)),
    rhetorWsUrl: () => address(settings, 'RHETOR_WS_URL', /^wss?:$/),
    authToken: () => token(settings),
    webSocket: () => settings.flag('TEKTON_LLM_WEBSOCKET', false),
    rhetorPayloads: () => settings.flag('TEKTON_LLM_RHETOR_PAYLOADS', false),
    openai: () => (mode === 'off' || mode === 'rhetor' ? undefined : openai(settings, mode)),
    providerId: () => settings.text(settings.first('TEKTON_LLM_PROVIDER', 'RHETOR_DEFAULT_PROVIDER')),
    modelId: () => settings.text(settings.first('TEKTON_LLM_MODEL', 'RHETOR_DEFAULT_MODEL')),
    timeout: () => settings.number(timeoutName, { min: 0.1, max: 3600, otherwise: 20 }),
    maxRetries: () => maxRetries(settings),
    temperature: () => optional(settings, 'TEKTON_LLM_TEMPERATURE', { min: 0, max: 2 }),
    maxTokens: () => {
      const most = optional(settings, 'TEKTON_LLM_MAX_TOKENS', { min: 1, max: 10_000_000 });
      return most === undefined ? undefined : Math.trunc(most);
    },
    stopSequences: () => settings.list('TEKTON_LLM_STOP_SEQUENCES'),
    spending: () => llmSpending(settings),
  });
};
