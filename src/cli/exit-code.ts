/** What a command says to the shell. The help of `harmonia` lists them. */
export const EXIT = {
  completed: 0,
  failed: 1,
  /** The request, the document, the arguments or the settings are wrong. */
  invalid: 2,
  /** Something else: no server, no space, a bug. */
  trouble: 70,
  /** Ctrl-C; 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Errors of the service itself whose cause is what it was given, and which go away when that is mended. */
const OF_SETTINGS: ReadonlySet<string> = new Set(['invalid_configuration', 'listener_open_to_all']);

/** What an error says to the shell. */
export const exitCodeOf = ({ code, status }: { readonly code: string; readonly status: number }): ExitCode =>
  OF_SETTINGS.has(code) || (status >= 400 && status < 500) ? EXIT.invalid : EXIT.trouble;

export const EXIT_CODES = `Exit codes:
  0    done; an execution completed, a document is valid
  1    the execution failed or was canceled; a journal is not what was written
  2    the arguments, the settings, the file, the document or the request are wrong
  70   something else: no service, no space, a bug
  130  interrupted by Ctrl-C (143: by SIGTERM)`;
