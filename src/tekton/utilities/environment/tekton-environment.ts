import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** A checkout of Tekton is known by one of these, or by its components. */
const MARKS = ['.env.tekton', 'scripts/enhanced_tekton_launcher.py'];
/** Directories of components, as the platform names them; five of them make a checkout. */
const COMPONENTS = [
  ...['Apollo', 'Athena', 'Engram', 'Ergon', 'Harmonia', 'Hephaestus', 'Hermes', 'Metis', 'Noesis', 'Numa', 'Penia'],
  ...['Prometheus', 'Rhetor', 'Sophia', 'Synthesis', 'Tekton', 'Telos', 'Terma'],
];
const ENOUGH = 5;

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Whether a directory is the root of a checkout of Tekton. */
export const isTektonRoot = (directory: string): boolean => {
  if (MARKS.some((mark) => isThere(join(directory, mark)))) return true;
  try {
    const names = new Set(readdirSync(directory));
    return COMPONENTS.filter((name) => names.has(name)).length >= ENOUGH;
  } catch {
    return false;
  }
};

/** The nearest root, the directory itself included; undefined: it lies in none. */
const rootAbove = (directory: string): string | undefined => {
  for (let place = directory; ; place = dirname(place)) {
    if (isTektonRoot(place)) return place;
    if (place === dirname(place)) return undefined;
  }
};

/**
 * One `KEY=value` a line, as the platform's own loader reads it: split at the first `=`, both sides trimmed, one pair of
 * matching quotes removed. There are no comments after a value, no escapes, no interpolation and no `export`.
 */
export const parseTektonEnv = (text: string): Record<string, string> => {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at < 0 || name === '' || line.trimStart().startsWith('#')) return [];
    const value = line.slice(at + 1).trim();
    return [[name, /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value] as const];
  });
  return Object.fromEntries(entries);
};

const readFile = (file: string): Record<string, string> => {
  try {
    return parseTektonEnv(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return {};
    throw error;
  }
};

/**
 * What the platform's files add to the environment of a process: `~/.env`, `.env.tekton` and `.env.local` of the checkout,
 * later ones over earlier ones, all of them over the process. Nothing outside a checkout, which `TEKTON_ROOT` names or in
 * which the directory lies; and no file when somebody has read them before (`_TEKTON_ENV_FROZEN=1`).
 */
export const tektonSettings = (directory: string, process_: Variables): Variables => {
  const root = process_.TEKTON_ROOT ? resolve(directory, process_.TEKTON_ROOT) : rootAbove(directory);
  if (root === undefined) return {};
  if (process_._TEKTON_ENV_FROZEN === '1') return { TEKTON_ROOT: root };
  const home = process_.HOME ? readFile(join(process_.HOME, '.env')) : {};
  const ofCheckout = ['.env.tekton', '.env.local'].map((name) => readFile(join(root, name)));
  return Object.assign({ TEKTON_ROOT: root }, home, ...ofCheckout) as Variables;
};
