import { fatal, isTaskFailure, transient, type TaskFailure } from '@tekton/harmonia/plugin';
import type { Caller } from './guarded-fetch.js';

interface Said {
  readonly message?: string;
  /** Of JSON-RPC: a number. Of the library: a word. Of a system call: a word. */
  readonly code?: number | string;
  readonly status?: number;
}

const INTERNAL_ERROR = -32_603;
const NOT_FOUND = 404;
/** Statuses below 500 that may go away by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
const NO_PROGRAM = /^(ENOENT|EACCES|ENOTDIR|ENOEXEC)$/;

/** A server that was started anew knows no session of before. Nothing was done. */
export const isForgotten = (error: unknown): boolean => (error as Said | undefined)?.status === NOT_FOUND;

const byStatus = (server: string, status: number, message: string): TaskFailure => {
  const details = { details: { status } };
  if (status === 401 || status === 403)
    return fatal(
      'mcp_unauthorized',
      `${server} does not let us in (${status}): name a credential in the slot \`server\`.`,
      details,
    );
  const make = status >= 500 || PASSING.has(status) ? transient : fatal;
  return make('mcp_unreachable', `${server} answered ${status}: ${message}`, details);
};

/** What the server refuses is fatal, trouble on the way is transient. */
export const mcpFailure = (thrown: unknown, name: string, caller: Caller): TaskFailure => {
  if (isTaskFailure(thrown)) return thrown;
  if (isTaskFailure(caller.failure)) return caller.failure;
  const { message = String(thrown), code, status } = (caller.broken.aborted ? caller.broken.reason : thrown) as Said;
  const server = `The MCP server "${name}"`;
  if (typeof status === 'number') return byStatus(server, status, message);
  if (code === INTERNAL_ERROR) return transient('mcp_error', `${server} failed: ${message}`, { cause: thrown });
  if (typeof code === 'number')
    return fatal('mcp_refused', `${server} refused it: ${message}`, { details: { code }, cause: thrown });
  if (code === 'REQUEST_TIMEOUT') return transient('timeout', `${server} took too long.`, { cause: thrown });
  if (code === 'INVALID_RESULT' || code === 'UNSUPPORTED_RESULT_TYPE' || code === 'CAPABILITY_NOT_SUPPORTED')
    return fatal('mcp_refused', `${server} answered what it must not: ${message}`, { cause: thrown });
  if (typeof code === 'string' && NO_PROGRAM.test(code))
    return fatal('mcp_server_invalid', `${server} cannot be started: ${message}. Correct its \`command\`.`, {
      cause: thrown,
    });
  return transient('mcp_unreachable', `${server} was not reached, or broke off: ${message}`, { cause: thrown });
};

/** Whether the session may be used again. */
export const isSound = (error: unknown): boolean =>
  isTaskFailure(error) || typeof (error as Said | undefined)?.code === 'number';
