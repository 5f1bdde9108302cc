import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definePlugin, defineTask } from '../../src/plugin/contract/index.js';
import { replayRegression } from '../../src/simulation/index.js';

const FOLDER = join(import.meta.dirname, 'regressions');
const echo = defineTask({ id: 'task', description: '', run: (input) => input });
const plugins = [definePlugin({ id: 'test', tasks: [echo] })];

/** Schedules that failed once, as `harmonia simulate --save` keeps them. A fault that is mended stays mended. */
test.each(readdirSync(FOLDER))('%s', async (name) => {
  const saved: unknown = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
  expect((await replayRegression(saved, { plugins })).violations).toEqual([]);
});
