import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CommandError } from '../command-error.js';

interface Asking {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly ask: (question: string) => void;
}

const here = (): Asking => ({ input: process.stdin, ask: (text) => void process.stderr.write(text) });

/**
 * Whether somebody who sits there says yes; anything else is no. Throws a `CommandError` where nobody does: what a pipe
 * says is no answer to a question.
 */
export const confirm = async (question: string, { input, ask }: Asking = here()): Promise<boolean> => {
  if (input.isTTY !== true)
    throw new CommandError(`${question} Nobody is there to say so`, 'Say it beforehand: --yes. Nothing was changed.');
  const lines = createInterface({ input });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  ask(`${question} [y/N] `);
  try {
    const [answer] = (await once(lines, 'line', { signal: ended.signal })) as [string];
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    ask('\n');
    return false;
  } finally {
    lines.close();
  }
};
