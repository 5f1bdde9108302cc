/** What a command says to the shell. */
export const EXIT = {
  completed: 0,
  failed: 1,
  /** The request, the document or the arguments are wrong. */
  invalid: 2,
  /** Something else: no server, no space, a bug. */
  trouble: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
