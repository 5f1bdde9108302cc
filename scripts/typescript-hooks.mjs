// Lets `node` import the TypeScript of this repository as it stands, without a build and without Jest:
// node --import ./scripts/typescript-hooks.mjs SCRIPT
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// Node runs hooks on a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url);

const FROM = new URL('..', import.meta.url).href;

/** Imports say `.js`; what stands there is `.ts`. */
export const resolve = async (specifier, context, next) => {
  const isOwn =
    specifier.startsWith('.') && context.parentURL?.startsWith(FROM) && !context.parentURL.includes('/node_modules/');
  if (!isOwn || !specifier.endsWith('.js')) return next(specifier, context);
  try {
    return await next(specifier.replace(/\.js$/, '.ts'), context);
  } catch {
    return next(specifier, context);
  }
};

export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('@swc/core');
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), {
    filename: path,
    configFile: fileURLToPath(new URL('../.swcrc', import.meta.url)),
  });
  return { format: 'module', source: code, shortCircuit: true };
};
