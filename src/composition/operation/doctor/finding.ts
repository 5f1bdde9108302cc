/** What was looked at, and how it is. `skipped`: there is nothing to look at, or it can not be told. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly reason: string;
  /** What helps; absent when nothing has to. */
  readonly cure?: string;
}

export const ok = (check: string, reason: string): Finding => ({ check, state: 'ok', reason });
export const skipped = (check: string, reason: string): Finding => ({ check, state: 'skipped', reason });

/** What is wrong, and what helps. */
export interface Ailment {
  readonly reason: string;
  readonly cure: string;
}

export const warning = (check: string, ailment: Ailment): Finding => ({ check, state: 'warning', ...ailment });
export const failed = (check: string, ailment: Ailment): Finding => ({ check, state: 'failed', ...ailment });

export const messageOf = (error: unknown): string => {
  const { message, cause } = error as { message?: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message || String(error);
};
