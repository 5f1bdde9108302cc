import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnModuleInit, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CredentialModule,
  Credentials,
  Engine,
  EngineModule,
  HarmoniaError,
  HarmoniaModule,
  IntegrationModule,
  PluginModule,
  PluginRegistry,
  readConfig,
  RetryPolicies,
  RetryPolicyModule,
  TektonComponents,
  WorkflowCatalog,
  WorkflowModule,
  type Ended,
} from '../../src/index.js';
import { definePlugin, defineTask, type Plugin } from '../../src/plugin/contract/index.js';

const config = readConfig({ HARMONIA_SHUTDOWN_SECONDS: '5' });
const open: INestApplicationContext[] = [];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-nest-'));
});
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
  await rm(root, { recursive: true });
});

const boot = async (imports: readonly object[], providers: readonly Type[] = []): Promise<INestApplicationContext> => {
  @Module({ imports: imports as never, providers: [...providers] })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  open.push(app);
  return app;
};

const shout = (run: (text: string) => string | Promise<string> = (text) => text.toUpperCase()): Plugin =>
  definePlugin({
    id: 'shout',
    tasks: [
      defineTask({
        id: 'text',
        description: 'Shouts.',
        input: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
        run: (input) => run(input.text),
      }),
    ],
  });

const SHOUTING = { name: 'shouting', tasks: { say: { type: 'shout/text', input: { text: '${input.text}' } } } };

const start = async (engine: Engine, catalog: WorkflowCatalog, text = 'ada'): Promise<string> => {
  const { workflow } = await catalog.create({ source: SHOUTING });
  const { execution } = await engine.start({ workflow: await catalog.runnable(workflow.id), input: { text } });
  return execution;
};

const run = async (engine: Engine, catalog: WorkflowCatalog): Promise<Ended | undefined> =>
  engine.ended(await start(engine, catalog));

const ADA = { is: 'completed', output: { say: 'ADA' } };

describe('one Harmonia for the whole application', () => {
  test('each of its services is injected where nothing is imported', async () => {
    @Injectable()
    class Everything {
      constructor(
        readonly engine: Engine,
        readonly catalog: WorkflowCatalog,
        readonly plugins: PluginRegistry,
        readonly policies: RetryPolicies,
        readonly components: TektonComponents,
      ) {}
    }
    @Module({ providers: [Everything], exports: [Everything] })
    class FeatureModule {}
    const app = await boot([HarmoniaModule.forRoot({ config, dataDir: root, plugins: [shout()] }), FeatureModule]);
    const { engine, catalog, plugins, policies, components } = app.get(Everything, { strict: false });
    expect(await run(engine, catalog)).toMatchObject(ADA);
    expect(plugins.types().map(({ type }) => type)).toEqual(expect.arrayContaining(['core/value', 'shout/text']));
    const policy = policies.compile({ max_retries: 1, initial_delay: 2, jitter: 0 });
    const failed = { elapsed: 0, kind: 'transient', code: 'x', retryAfter: undefined } as const;
    expect(policies.nextAttempt(policy, { ...failed, retries: 0 }, 'seed')).toEqual({ is: 'retry', delay: 2000 });
    expect(policies.nextAttempt(policy, { ...failed, retries: 1 }, 'seed')).toMatchObject({ is: 'give-up' });
    const call = { component: 'nobody', action: 'x', params: {}, context: {}, signal: new AbortController().signal };
    await expect(components.call(call)).rejects.toMatchObject({ kind: 'fatal', code: 'component_not_found' });
  });

  test('its credentials are there for the tasks of the application', async () => {
    @Injectable()
    class Keeper {
      constructor(readonly credentials: Credentials) {}
    }
    @Module({ imports: [CredentialModule], providers: [Keeper] })
    class FeatureModule {}
    const secrets = { set: 'by the application' };
    const app = await boot([HarmoniaModule.forRoot({ config, dataDir: root, secrets }), FeatureModule]);
    const { credentials } = app.get(Keeper, { strict: false });
    await credentials.put('kept', { type: 'secret', value: 'kept by it' });
    const input = { kept: '${secrets.kept}', set: '${secrets.set}' };
    const source = { name: 'w', tasks: { a: { type: 'core/value', input } } };
    const [catalog, engine] = [app.get(WorkflowCatalog, { strict: false }), app.get(Engine, { strict: false })];
    const { workflow } = await catalog.create({ source });
    const { execution } = await engine.start({ workflow: await catalog.runnable(workflow.id), input: {} });
    expect(await engine.ended(execution)).toMatchObject({ output: { a: { kept: '***', set: '***' } } });
  });

  test('a module that imports one of its modules gets the same one', async () => {
    const tokens = [Engine, WorkflowCatalog, PluginRegistry, TektonComponents];
    @Injectable()
    class Some {
      constructor(
        readonly engine: Engine,
        readonly catalog: WorkflowCatalog,
        readonly plugins: PluginRegistry,
        readonly components: TektonComponents,
      ) {}
    }
    @Module({ imports: [EngineModule, WorkflowModule, PluginModule, IntegrationModule], providers: [Some] })
    class FeatureModule {}
    const app = await boot([HarmoniaModule.forRoot({ config, dataDir: root }), FeatureModule]);
    const { engine, catalog, plugins, components } = app.get(Some, { strict: false });
    for (const [index, part] of [engine, catalog, plugins, components].entries())
      expect(part).toBe(app.get<unknown>(tokens[index] as never));
  });

  test('options come from a factory with what it injects', async () => {
    @Module({ providers: [{ provide: 'ROOT', useFactory: () => root }], exports: ['ROOT'] })
    class SettingsModule {}
    const app = await boot([
      HarmoniaModule.forRootAsync({
        imports: [SettingsModule],
        inject: ['ROOT'],
        useFactory: (dataDir: string) => ({ config, dataDir, plugins: [shout()] }),
      }),
    ]);
    expect(await run(app.get(Engine), app.get(WorkflowCatalog))).toMatchObject(ADA);
  });
});

test('retry policies need no Harmonia, and are refused with every fault', async () => {
  const policies = (await boot([RetryPolicyModule])).get(RetryPolicies);
  const wrong = { max_retries: -1, jitter: 7 };
  let thrown: unknown;
  try {
    policies.compile(wrong);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(HarmoniaError);
  expect(thrown).toMatchObject({
    code: 'validation_error',
    message: 'The retry policy has 2 fault(s).',
    faults: [{ pointer: '/max_retries' }, { pointer: '/jitter' }],
  });
});

describe('several in one process', () => {
  test('in one application, each with its own data and plugins, beside a global one', async () => {
    const data = (name: string) => ({ config, dataDir: join(root, name) });
    const left = HarmoniaModule.forRoot({
      ...data('left'),
      plugins: [shout((text) => `left ${text}`)],
      isGlobal: false,
    });
    const right = HarmoniaModule.forRoot({
      ...data('right'),
      plugins: [shout((text) => `right ${text}`)],
      isGlobal: false,
    });
    @Injectable()
    class Everywhere {
      constructor(
        readonly engine: Engine,
        readonly catalog: WorkflowCatalog,
      ) {}
    }
    @Injectable()
    class Left extends Everywhere {}
    @Injectable()
    class Right extends Everywhere {}
    @Module({ imports: [left], providers: [Left] })
    class LeftModule {}
    @Module({ imports: [right], providers: [Right] })
    class RightModule {}
    const app = await boot([HarmoniaModule.forRoot(data('global')), LeftModule, RightModule], [Everywhere]);
    const inLeft = app.get(Left, { strict: false });
    const inRight = app.get(Right, { strict: false });
    const everywhere = app.get(Everywhere);
    expect(new Set([inLeft.engine, inRight.engine, everywhere.engine]).size).toBe(3);
    expect(await run(inLeft.engine, inLeft.catalog)).toMatchObject({ output: { say: 'left ada' } });
    expect(await run(inRight.engine, inRight.catalog)).toMatchObject({ output: { say: 'right ada' } });
    await expect(everywhere.catalog.create({ source: SHOUTING })).rejects.toMatchObject({
      faults: [{ code: 'task_type_unknown' }],
    });
  });

  test('a data directory belongs to one of them, and is free again when that one is closed', async () => {
    const app = await boot([HarmoniaModule.forRoot({ config, dataDir: root })]);
    const second = () => boot([HarmoniaModule.forRoot({ config, dataDir: root })]);
    await expect(second()).rejects.toMatchObject({ code: 'storage_locked' });
    await app.close();
    expect((await second()).get(Engine).status()).toMatchObject({ state: 'running' });
  });
});

describe('the life of the application', () => {
  test('Harmonia is open when an application bootstraps, and knows plugins that were added before', async () => {
    const ended: (Ended | undefined)[] = [];
    @Injectable()
    class Early implements OnModuleInit, OnApplicationBootstrap {
      constructor(
        @Inject(PluginRegistry) private readonly plugins: PluginRegistry,
        @Inject(Engine) private readonly engine: Engine,
        @Inject(WorkflowCatalog) private readonly catalog: WorkflowCatalog,
      ) {}
      onModuleInit(): void {
        this.plugins.add(shout());
      }
      async onApplicationBootstrap(): Promise<void> {
        ended.push(await run(this.engine, this.catalog));
      }
    }
    await boot([HarmoniaModule.forRoot({ config, dataDir: root })], [Early]);
    expect(ended).toMatchObject([ADA]);
  });

  test('closing lets a running attempt end, and the next application goes on where it stopped', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((tell) => {
      begin = tell;
    });
    let release = (): void => undefined;
    const slow = shout((text) => {
      begin();
      return new Promise((resolve) => (release = () => resolve(text.toUpperCase())));
    });
    const twice = {
      name: 'twice',
      tasks: {
        first: { type: 'shout/text', input: { text: 'ada' } },
        second: { type: 'core/value', input: { heard: '${tasks.first.output}' } },
      },
    };
    const app = await boot([HarmoniaModule.forRoot({ config, dataDir: root, plugins: [slow] })]);
    const [engine, catalog] = [app.get(Engine), app.get(WorkflowCatalog)];
    const { workflow } = await catalog.create({ source: twice });
    const { execution } = await engine.start({ workflow: await catalog.runnable(workflow.id), input: {} });
    await begun;
    const closing = app.close();
    while (engine.status().state !== 'stopping') await new Promise(setImmediate);
    release();
    await closing;
    await app.close();
    expect(engine.status()).toMatchObject({ state: 'stopped', running: 0 });
    await expect(engine.pause(execution)).rejects.toMatchObject({ code: 'shutting_down' });

    // No plugin `shout` any more: only what had not ended may run.
    const next = await boot([HarmoniaModule.forRoot({ config, dataDir: root })]);
    expect(await next.get(Engine).ended(execution)).toMatchObject({
      is: 'completed',
      output: { second: { heard: 'ADA' } },
    });
  });
});
