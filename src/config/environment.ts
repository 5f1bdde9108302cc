import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { tektonSettings, type Environment } from '../tekton/utilities/environment/index.js';

export type { Environment };

const FILES = ['.env', '.env.harmonia'];

const readFile = (file: string): Record<string, string> => {
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw error;
  }
};

/**
 * `.env`, then `.env.harmonia` of the directory, then the process itself, then, in a checkout of Tekton, the platform's
 * files: later ones win. The last is the platform's rule, and the reverse of what is usual elsewhere.
 */
export const readEnvironment = (directory: string, process_: Environment): Environment => {
  const fromFiles = FILES.map((name) => readFile(join(directory, name)));
  return Object.assign({}, ...fromFiles, process_, tektonSettings(directory, process_)) as Environment;
};
