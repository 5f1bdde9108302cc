import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/kernel/index.js';
import { LlmDouble } from '../../../test/llm/double/llm-double.mjs';
import { ServiceProcess, type ProcessAnswer } from '../../../test/world/service-process.js';

const BUILT = new URL('../../../dist/main.js', import.meta.url);
const V = '/api/v1';

/** The built service in a process of its own, and a double that plays its model. */
export class Served {
  private constructor(
    readonly double: LlmDouble,
    readonly service: ServiceProcess,
    private readonly directory: string,
  ) {}

  static get isBuilt(): boolean {
    return existsSync(BUILT);
  }

  static async start(hasModel = true): Promise<Served> {
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-eval-'));
    const double = await LlmDouble.start({ speaks: ['openai'] });
    const model = { OPENAI_BASE_URL: double.openaiUrl, TEKTON_LLM_MODEL: 'scripted' };
    const settings = {
      TEKTON_LLM_MODE: 'off',
      ...(hasModel && { ...model, TEKTON_LLM_MODE: 'auto' }),
    };
    return new Served(double, await ServiceProcess.start(directory, settings), directory);
  }

  suggest(workflow: string, body: object = {}): Promise<ProcessAnswer> {
    return this.service.post(`${V}/workflows/${workflow}/suggestions`, body);
  }

  act(
    suggestion: string,
    action: string,
    body: object = {},
    headers: Record<string, string> = {},
  ): Promise<ProcessAnswer> {
    return this.service.post(`${V}/suggestions/${suggestion}/${action}`, body, headers);
  }

  /** ms from a request to the first event that is a suggestion. The stream is read to its end. */
  async firstSuggestion(workflow: string): Promise<number> {
    const begun = performance.now();
    const response = await fetch(`${this.service.url}${V}/workflows/${workflow}/suggestions/stream`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    });
    const decoder = new TextDecoder();
    let [text, first] = ['', NaN];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (Number.isNaN(first) && text.includes('\nevent: suggestion\n')) first = performance.now() - begun;
    }
    return first;
  }

  async stop(): Promise<void> {
    await this.service.kill();
    await this.double.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Suggestions of an answer, without their times. */
export const shownBytes = ({ body }: ProcessAnswer): string => {
  const { suggestions = [] } = (body.data ?? {}) as { readonly suggestions?: readonly JsonObject[] };
  return JSON.stringify(suggestions.map(({ createdAt: _, expiresAt: __, ...rest }) => rest));
};

export const reasonIn = ({ body }: ProcessAnswer): string =>
  ((body.data as JsonObject | undefined)?.degraded as { readonly reason?: string } | undefined)?.reason ?? '';

export const idsIn = ({ body }: ProcessAnswer): string[] =>
  ((body.data as JsonObject).suggestions as readonly { readonly id: string }[]).map(({ id }) => id);
