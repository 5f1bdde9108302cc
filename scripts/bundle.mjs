import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

/** Where the program lies, flat: its first file, and what it loads later. */
const PLACE = 'dist/program';

/** A module finds files by its own place, which stays where the compiler put it. */
const ownPlace = (root) => ({
  name: 'own-place',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const place = JSON.stringify(relative(join(root, PLACE), path).replaceAll('\\', '/'));
      const contents = readFileSync(path, 'utf8');
      return { contents: contents.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`) };
    }),
});

/** Puts what `bin/harmonia.js` runs into few files: to find and to link a thousand is half of a start. See docs/adr/0015. */
export const bundle = (root) =>
  build({
    absWorkingDir: root,
    entryPoints: ['dist/cli/main.js'],
    outdir: PLACE,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // The names of classes stand in the OpenAPI document.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    plugins: [ownPlace(root)],
    logLevel: 'warning',
  });
