import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from '../command-error.js';
import { readStandardInput } from '../read-document.js';

interface Lines {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where the question goes. What is typed goes nowhere. */
  readonly ask: (question: string) => void;
}

/** A line that is typed and not shown. */
export const promptSecret = async (question: string, { input, ask }: Lines): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  ask(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new CommandError('interrupted', 'Nothing was changed.')));
      lines.once('close', () => reject(new CommandError('nothing was typed', 'Type the secret and press Enter.')));
    });
  } finally {
    lines.close();
    ask('\n');
  }
};

/**
 * A secret that never stands on a command line, where every user of the machine could read it: from a variable of the
 * environment, from standard input, or typed.
 */
export const readSecret = async (variable: string | undefined, question: string): Promise<string> => {
  if (variable !== undefined) {
    const value = process.env[variable];
    if (value !== undefined && value !== '') return value;
    throw new CommandError(`the variable ${variable} is not set`, 'Name a variable of the environment that holds it.');
  }
  const { stdin, stderr } = process;
  if (stdin.isTTY) return promptSecret(question, { input: stdin, ask: (text) => void stderr.write(text) });
  // The end of a line belongs to `echo`, not to the secret.
  const text = (await readStandardInput()).replace(/\r?\n$/, '');
  if (text !== '') return text;
  throw new CommandError(
    'there is no secret on standard input',
    'Write it there, or name a variable: --from-env VARIABLE.',
  );
};
