import { createServer } from 'node:net';
import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { Config } from '../../../config/index.js';
import { failed, messageOf, ok, skipped, warning, type Finding } from './finding.js';

/** ms that a neighbour has to answer. */
const PATIENCE = 2500;

interface Answer {
  readonly status: number;
  readonly body: Json;
  /** What its clock says, ms; undefined: nothing. */
  readonly date: number | undefined;
}

/** Throws when nobody answers. */
const ask = async (url: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
  const text = await response.text();
  let body: Json = text;
  try {
    body = JSON.parse(text) as Json;
  } catch {
    // A text, then.
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  return { status: response.status, body, date: Number.isNaN(date) ? undefined : date };
};

const hostOf = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/** What is at the port of the service. */
export type AtPort =
  | { readonly is: 'harmonia'; readonly version: string }
  | { readonly is: 'free' }
  | { readonly is: 'taken'; readonly reason: string };

const canListen = (host: string, port: number): Promise<AtPort> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ is: 'taken', reason: error.code ?? error.message }),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve({ is: 'free' })));
  });

export const lookAtPort = async ({ http: { host, port } }: Config): Promise<AtPort> => {
  const name = hostOf(host);
  try {
    const { body } = await ask(`http://${name.includes(':') ? `[${name}]` : name}:${port}/health`);
    if (isJsonObject(body) && body.component === 'harmonia')
      return { is: 'harmonia', version: typeof body.version === 'string' ? body.version : '' };
  } catch {
    // Nobody, or nobody who speaks HTTP.
  }
  return canListen(host, port);
};

export const checkPort = ({ http: { host, port } }: Config, found: AtPort, isLocked: boolean): Finding => {
  const check = 'port';
  const place = `${host}:${port}`;
  if (found.is === 'harmonia') return ok(check, `Harmonia ${found.version} answers at ${place}`);
  if (found.is === 'free' && isLocked)
    return warning(check, {
      reason: `a process works on the data directory, and nobody answers at ${place}`,
      cure: 'Is it starting, or stopped? Or does it listen elsewhere: are the settings those of the service?',
    });
  if (found.is === 'free') return ok(check, `${place} is free`);
  const cure =
    found.reason === 'EADDRINUSE'
      ? 'Stop what listens there, or choose another: HARMONIA_PORT.'
      : 'Choose an address of this machine and a port above 1023: HARMONIA_BIND, HARMONIA_PORT.';
  return failed(check, {
    reason: `${place} cannot be had (${found.reason}), and it is not Harmonia that has it`,
    cure,
  });
};

/** A neighbour without which the service runs. */
interface Neighbour {
  readonly check: string;
  readonly url: string;
  readonly cure: string;
  readonly init?: RequestInit;
  readonly isGood?: (status: number) => boolean;
}

interface Seen {
  readonly finding: Finding;
  readonly date?: number | undefined;
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const visit = async ({ check, url, cure, init, isGood = isSuccess }: Neighbour): Promise<Seen> => {
  const { origin } = new URL(url);
  try {
    const { status, date } = await ask(url, init);
    if (isGood(status)) return { finding: ok(check, `${origin} answers`), date };
    return { finding: warning(check, { reason: `${origin} answers with ${status}`, cure }), date };
  } catch (error) {
    const isMute = (error as { name?: string }).name === 'TimeoutError';
    const reason = isMute
      ? `${origin} has not answered within ${PATIENCE / 1000} s: it hangs, or can not be reached`
      : `nobody answers at ${origin}: ${messageOf(error)}`;
    return { finding: warning(check, { reason, cure }) };
  }
};

export const checkHermes = async ({ hermes }: Config): Promise<Seen> => {
  if (!hermes)
    return {
      finding: skipped('hermes', 'neither HERMES_URL nor HERMES_PORT is set, or TEKTON_HERMES_DISCOVERY is false'),
    };
  const cure =
    'Start Hermes anew, or correct HERMES_URL, or HERMES_HOST and HERMES_PORT. Harmonia runs without it, and registers when it comes.';
  return visit({ check: 'hermes', url: `${hermes.url}/health`, cure });
};

export const checkLlm = async ({ llm }: Config): Promise<readonly Seen[]> => {
  const { rhetorUrl, openai, mode } = llm;
  const seen: Promise<Seen>[] = [];
  if (rhetorUrl !== undefined)
    seen.push(
      visit({
        ...{ check: 'llm', url: `${rhetorUrl}/health` },
        cure: 'Start Rhetor, or correct RHETOR_HOST and RHETOR_PORT. Everything but models works without it.',
      }),
    );
  if (openai) {
    const headers: Record<string, string> =
      openai.apiKey === undefined ? {} : { authorization: `Bearer ${openai.apiKey}` };
    const cure = 'Correct OPENAI_BASE_URL and OPENAI_API_KEY. Everything but models works without it.';
    // Not every server has a list of models; all that have a key look at it first.
    const isGood = (status: number): boolean => isSuccess(status) || status === 404 || status === 405;
    seen.push(visit({ check: 'llm', url: `${openai.baseUrl}/models`, init: { headers }, cure, isGood }));
  }
  if (seen.length === 0)
    return [{ finding: skipped('llm', mode === 'off' ? 'switched off' : 'no way to a model is configured') }];
  return Promise.all(seen);
};

export const checkTraces = async ({ traces }: Config): Promise<Seen> => {
  if (!traces) return { finding: skipped('traces', 'OTEL_EXPORTER_OTLP_ENDPOINT is not set') };
  const cure =
    'Start the receiver, or correct OTEL_EXPORTER_OTLP_ENDPOINT and its headers. Spans are dropped meanwhile.';
  const headers = { ...traces.headers, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify({ resourceSpans: [] }) };
  return visit({ check: 'traces', url: traces.endpoint, init, cure });
};
