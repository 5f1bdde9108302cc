import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { JsonObject } from '../../src/kernel/index.js';

/** What the platform signs tokens with. */
export const TOKEN_SECRET = 'a shared secret of the platform, long enough';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the Python components make one; `exp` is ten minutes from now when it is not said. */
export const tokenOf = (
  claims: object,
  { secret = TOKEN_SECRET, header = { alg: 'HS256', typ: 'JWT' } }: { secret?: string; header?: object } = {},
): string => {
  const said = `${part(header)}.${part({ exp: Math.floor(Date.now() / 1000) + 600, ...claims })}`;
  return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
};

export interface HeardAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: JsonObject;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Partial<Record<string, string | string[]>>>;
  readonly body?: unknown;
  /** One of the many addresses of this machine: failures are counted by address. */
  readonly from?: string;
}

/** Asks with whatever headers, from whatever address of loopback. */
export const ask = async (
  url: string,
  { method = 'GET', headers = {}, body, from }: Asked = {},
): Promise<HeardAnswer> => {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const about = { method, headers: { ...type, ...headers }, agent: false };
  const sent = request(url, { ...about, ...(from !== undefined && { localAddress: from }) });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk as string;
  const parsed = text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {};
  return { status: response.statusCode ?? 0, headers: response.headers, text, body: parsed };
};

/** The code of an error that was answered. */
export const codeOf = ({ body }: Pick<HeardAnswer, 'body'>): unknown => (body.error as JsonObject | undefined)?.code;

/** Another address of this machine at each call: `127.0.0.2`, … */
export const addresses = (): (() => string) => {
  let last = 1;
  return () => {
    last += 1;
    return `127.0.${Math.floor(last / 250)}.${(last % 250) + 1}`;
  };
};
