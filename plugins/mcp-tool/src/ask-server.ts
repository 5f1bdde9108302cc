import type { Client } from '@modelcontextprotocol/client';
import { transient, type AbortSignalLike, type Credential, type HttpClient } from '@tekton/harmonia/plugin';
import { asCaller, Caller } from './guarded-fetch.js';
import { isForgotten, isSound, mcpFailure } from './mcp-failure.js';
import { serverOf } from './server.js';
import { withSession } from './sessions.js';

/** The part of a context that is needed. */
interface Surroundings {
  readonly config: object;
  readonly secrets: { readonly server: Credential | undefined };
  readonly http: HttpClient;
  readonly signal: AbortSignalLike;
}

export interface Limits {
  readonly signal: AbortSignal;
  /** ms */
  readonly timeout: number;
}

export const TIMEOUT = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 86_400,
  description: 'Seconds. Default 60.',
} as const;

/** Works with the server that a task names. Failures are `TaskFailure`s. */
export const askServer = async <T>(
  asked: { readonly server: string; readonly timeout?: number },
  { config, secrets, http, signal: attempt }: Surroundings,
  work: (client: Client, limits: Limits) => Promise<T>,
): Promise<T> => {
  const server = serverOf(asked.server, config, secrets.server);
  const seconds = asked.timeout ?? 60;
  const timeout = Math.ceil(seconds * 1000);
  const late = AbortSignal.timeout(timeout);
  const caller = new Caller(http);
  const signal = AbortSignal.any([attempt as AbortSignal, late, caller.broken]);
  // A server that took too long may have got stuck: the next task gets another session.
  const sound = (error: unknown): boolean => !late.aborted && !caller.broken.aborted && isSound(error);
  const once = (): Promise<T> =>
    asCaller(caller, () =>
      withSession(server, { signal, isSound: sound }, (client) => work(client, { signal, timeout: timeout + 1000 })),
    );
  try {
    return await once().catch((error: unknown) => {
      if (!isForgotten(error) || server.is === 'local') throw error;
      return once();
    });
  } catch (error) {
    if (late.aborted && !attempt.aborted)
      throw transient('timeout', `The MCP server "${server.name}" took longer than ${seconds} s.`, { cause: error });
    throw mcpFailure(error, server.name, caller);
  } finally {
    caller.done();
  }
};
