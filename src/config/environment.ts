import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Settings by name, before anybody has looked at them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const FILES = ['.env', '.env.harmonia'];

const readFile = (file: string): Record<string, string> => {
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw error;
  }
};

/** `.env`, then `.env.harmonia` of the directory, then the process itself: later ones win. */
export const readEnvironment = (directory: string, process_: Environment): Environment => {
  const fromFiles = FILES.map((name) => readFile(join(directory, name)));
  return Object.assign({}, ...fromFiles, process_) as Environment;
};
