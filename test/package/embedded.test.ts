import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InstalledApp } from '../world/installed-app.js';

jest.setTimeout(180_000);

let app: InstalledApp;
beforeAll(async () => {
  app = await InstalledApp.of('examples/embedded');
});
afterAll(async () => {
  await app.remove();
});

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(app.package, 'package.json'), 'utf8')) as Manifest;

describe('the tarball', () => {
  test('holds what is run and read, and nothing else', async () => {
    const known = [
      /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|bin\/harmonia\.js|harmonia\/__(init|main)__\.py)$/,
      /^dist\/.+\.(js|d\.ts|js\.map)$/,
      /^dist\/cli\/plugin\/scaffold\/[^/]+\.txt$/,
      /^prompts\/[a-z_]+\.v\d+\.md$/,
      /^plugins\/[^/]+\/(package\.json|README\.md|dist\/.+\.(js|d\.ts|js\.map))$/,
      /^docs\/.+\.md$/,
      /^deploy\/(Dockerfile|Dockerfile\.dockerignore|harmonia\.service)$/,
      /^examples\/((constructs\/)?[^/]+\.(yaml|json)|embedded\/(README\.md|package\.json|tsconfig\.json|src\/[^/]+\.ts)|client\/[^/]+\.(mjs|md))$/,
    ];
    const files = await app.files();
    expect(files.filter((file) => !known.some((pattern) => pattern.test(file)))).toEqual([]);
    for (const plugin of ['core', 'file', 'http', 'script', 'tekton-component', 'transform'])
      expect(files).toEqual(
        expect.arrayContaining([`plugins/${plugin}/package.json`, `plugins/${plugin}/dist/index.js`]),
      );
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/harmonia.js',
        'examples/first.yaml',
        'prompts/optimize.v1.md',
      ]),
    );
  });

  test('has every file that its package.json promises', async () => {
    const { exports, bin } = await manifest();
    const doors = Object.values(exports).flatMap((door) => (typeof door === 'string' ? [door] : Object.values(door)));
    expect(doors.length).toBeGreaterThan(5);
    for (const path of [...doors, ...Object.values(bin)])
      expect([path, existsSync(join(app.package, path))]).toEqual([path, true]);
  });

  test('has every page that its README and its pages link to', async () => {
    const pages = (await app.files()).filter((file) => file.endsWith('.md') && !file.startsWith('plugins/'));
    for (const page of pages) {
      const text = await readFile(join(app.package, page), 'utf8');
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
        expect([page, link, existsSync(join(app.package, dirname(page), link))]).toEqual([page, link, true]);
    }
  });

  test('runs workflows from the command line, with the plugins that came with it', async () => {
    const bin = join(app.package, 'bin/harmonia.js');
    const out = await app.node(bin, 'run', join(app.package, 'examples/first.yaml'), '--input', '{"name":"Ada"}');
    expect(JSON.parse(out)).toEqual({ said: 'Hello, Ada!' });
  });
});

describe('examples/embedded', () => {
  const receipt = { total: 15, receipt: 'Thank you. To pay: 15' };
  const lastLine = (out: string): unknown => JSON.parse(out.trim().split('\n').at(-1) ?? '');

  test('is built and run as its README says', async () => {
    expect(lastLine(await app.npm('start'))).toEqual(receipt);
  });

  test('runs again on the data that it left', async () => {
    expect(existsSync(join(app.directory, 'data/harmonia.db'))).toBe(true);
    expect(lastLine(await app.node('dist/main.js'))).toEqual(receipt);
  });
});

describe('an application', () => {
  test('has one Nest: the package brings none of its own', async () => {
    const { dependencies, peerDependencies } = await manifest();
    for (const name of ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs']) {
      expect(peerDependencies).toHaveProperty([name]);
      expect(dependencies).not.toHaveProperty([name]);
    }
  });

  test('loads no web server for it', async () => {
    const program = `import { createRequire } from 'node:module';
      await import('@tekton/harmonia');
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(JSON.stringify(['@nestjs/common', 'fastify', '@nestjs/swagger', 'ws'].filter((name) =>
        loaded.some((file) => file.includes('/node_modules/' + name + '/')))));`;
    expect(JSON.parse(await app.node('--input-type=module', '-e', program))).toEqual(['@nestjs/common']);
  });

  test('of CommonJS, as `nest new` makes them, may require it', async () => {
    const program = `require('reflect-metadata');
      const { Module } = require('@nestjs/common');
      const { NestFactory } = require('@nestjs/core');
      const { Engine, HarmoniaModule } = require('@tekton/harmonia');
      class AppModule {}
      Module({ imports: [HarmoniaModule.forRoot({ dataDir: 'commonjs' })] })(AppModule);
      NestFactory.createApplicationContext(AppModule, { logger: false }).then(async (app) => {
        console.log(app.get(Engine).status().state);
        await app.close();
        console.log(app.get(Engine).status().state);
      });`;
    expect(await app.node('--input-type=commonjs', '-e', program)).toBe('running\nstopped\n');
  });
});

describe('docs/guides/tekton-utilities.md', () => {
  const guide = readFileSync(new URL('../../docs/guides/tekton-utilities.md', import.meta.url), 'utf8');
  const examples = guide
    .split(/^## /m)
    .flatMap((part) =>
      [...part.matchAll(/```js\n([^]*?)```/g)].map(([, code = '']) => [/.*/.exec(part)?.[0], code] as const),
    )
    // Runs in test/tekton/utilities/component.test.ts, with a Hermes.
    .filter(([title]) => title !== 'A whole component');

  test('has an example of every utility', () => {
    expect(examples.length).toBe(11);
  });

  test.each(examples)('%s: what it prints is what the comments say', async (_title, code) => {
    const said = [...code.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
    expect(said).not.toBe('');
    expect(await app.node('--input-type=module', '-e', code)).toBe(said);
  });

  test('loads the library of a socket or of a token with the first of them', async () => {
    const program = `import { createRequire } from 'node:module';
      await import('@tekton/harmonia/tekton');
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      console.log(JSON.stringify(['ws', '@nestjs/common', 'typeorm', 'better-sqlite3'].filter((name) =>
        loaded.some((file) => file.includes('/node_modules/' + name + '/')))));`;
    expect(await app.node('--input-type=module', '-e', program)).toBe('[]\n');
  });
});

describe('types', () => {
  const check = async (name: string, program: string, types: readonly string[]): Promise<void> => {
    await writeFile(join(app.directory, `${name}.ts`), program);
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types,
    };
    const project = join(app.directory, `tsconfig.${name}.json`);
    await writeFile(project, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    await app.node('node_modules/typescript/bin/tsc', '-p', project).catch((error: { stdout: string }) => {
      throw new Error(error.stdout);
    });
  };

  test('of a plugin need neither Node nor a browser', async () => {
    const program = `import { definePlugin, defineTask, transient, type Json } from '@tekton/harmonia/plugin';
      const task = defineTask({
        id: 'echo',
        description: 'Echoes.',
        effects: 'pure',
        run: async (input, { attempt, now, signal }): Promise<Json> => {
          if (signal.aborted) throw transient('aborted', 'Too late.', { retryAfter: now() });
          return { ...input, attempt };
        },
      });
      // @ts-expect-error: there are four effects
      defineTask({ id: 'x', description: 'x', effects: 'some', run: () => null });
      export default definePlugin({ id: 'echo', tasks: [task] });`;
    await check('plugin', program, []);
  });

  test('of the test kit and of the package itself hold together without skipLibCheck', async () => {
    const program = `import { defineTask } from '@tekton/harmonia/plugin';
      import { runTask } from '@tekton/harmonia/testing';
      import { createLog, Lifecycle, type LifecycleEvent, type Log } from '@tekton/harmonia/tekton';
      import { dataOf, HarmoniaClient, isRefusal, type Execution } from '@tekton/harmonia/client';
      import { Engine, HarmoniaModule, RetryPolicies, TektonComponents, WorkflowCatalog, type Ended } from '@tekton/harmonia';
      const task = defineTask({ id: 'echo', description: 'Echoes.', run: (input) => input });
      export const outcome: 'completed' | 'failed' = (await runTask(task, { a: 1 })).outcome.is;
      export const module = HarmoniaModule.forRootAsync({ inject: ['x'], useFactory: (dataDir: string) => ({ dataDir }) });
      export const start = async (engine: Engine, catalog: WorkflowCatalog): Promise<Ended | undefined> => {
        const { execution } = await engine.start({ workflow: await catalog.runnable('id'), input: null });
        return engine.ended(execution, new AbortController().signal);
      };
      const life = new Lifecycle({ component: 'x', onEvent: (event: LifecycleEvent) => log.info(event) });
      const log: Log = createLog({ component: 'x', format: 'json' });
      export const ended: Promise<number> = life.run();
      const client = new HarmoniaClient({ fetch: (url, init) => fetch(url, init) });
      export const done: Execution = await client.run_to_end({ workflow_id: 'x' });
      export const status: 'Active' | 'Draft' = (
        await dataOf(client.api.GET('/api/v1/workflows/{id}', { params: { path: { id: 'x' } } }))
      ).status;
      export const place = async (): Promise<number> => {
        for await (const event of client.monitor_execution({ execution_id: 'x' }))
          if (event.event_type !== 'task_progress' && 'sequence' in event) return event.sequence;
        return isRefusal(done) ? 0 : 1;
      };
      // @ts-expect-error: a route is none
      client.api.GET('/api/v1/nothing');
      // @ts-expect-error: options have names
      HarmoniaModule.forRoot({ dataDirectory: 'x' });
      export type Others = RetryPolicies | TektonComponents;`;
    await check('application', program, ['node']);
  });
});
