// Builds the host and the program of it, then the plugins against it. Types are checked on the way.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/typescript7/bin/tsc');

if (!existsSync(compiler)) {
  // Installed without development dependencies: what is there was built before.
  process.exit(0);
}

const compile = (project) => execFileSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' });

try {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  compile('tsconfig.build.json');
  const { bundle } = await import('./bundle.mjs');
  await bundle(root);
  cpSync(join(root, 'src/cli/plugin/scaffold'), join(root, 'dist/cli/plugin/scaffold'), { recursive: true });
  for (const plugin of readdirSync(join(root, 'plugins'))) {
    rmSync(join(root, 'plugins', plugin, 'dist'), { recursive: true, force: true });
    compile(join('plugins', plugin, 'tsconfig.json'));
  }
} catch (error) {
  process.exit(error.status ?? 1);
}
