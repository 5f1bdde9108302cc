import type { AbortSignalLike } from '../../plugin/contract/index.js';

/** Whether a signal aborted because time was up, which speaks against the destination, and not because the work was called off. */
export const isTimeout = ({ reason }: AbortSignalLike): boolean =>
  reason === 'timeout' || (reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
