/** The part of the standard `AbortSignal` that tasks may use; an `AbortSignal` fits. */
export interface AbortSignalLike {
  /** It has aborted. */
  readonly aborted: boolean;
  /** Why. */
  readonly reason?: unknown;
  /** Calls `listener` when it aborts; never, when it has aborted already. */
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  /** Does not call `listener` any more. */
  removeEventListener(type: 'abort', listener: () => void): void;
}
