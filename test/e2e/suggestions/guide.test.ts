import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { harmoniaHere, type Ran } from '../../world/command-line.js';
import { TestService } from '../../world/service.js';

const GUIDE = join(import.meta.dirname, '../../../docs/guides/suggestions.md');
let directory: string;
let service: TestService;
let guide: string;
let workflow: string;

beforeAll(async () => {
  guide = await readFile(GUIDE, 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-suggestions-'));
  for (const [, name = '', text = ''] of guide.matchAll(/`(\w+\.yaml)`:\s*```\w+\n([^]*?)```/g))
    await writeFile(join(directory, name), text);
  service = await TestService.start();
  workflow = await service.workflow(parse(await readFile(join(directory, 'report.yaml'), 'utf8')));
});
afterAll(async () => {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

let last = '';

/** Runs a command line with its files in the directory of the guide, and the id that was printed last for `$ID`. */
const run = async (line: string): Promise<Ran> => {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
  const args = words
    .slice(1)
    .map((word) => (/^\w+\.yaml$/.test(word) ? join(directory, word) : word.replace('$ID', last)));
  const ran = await harmoniaHere([...args, '--url', service.url]);
  last = /\b[0-9a-f]{64}\b/.exec(ran.out)?.[0] ?? last;
  return ran;
};

const version = async (): Promise<unknown> =>
  (((await service.get(`/api/v1/workflows/${workflow}`)).body.data ?? {}) as { version?: string }).version;

describe('the guide for suggestions', () => {
  test('every command of it works, in its order', async () => {
    const lines = [...guide.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
    expect(lines.length).toBeGreaterThan(10);
    const said: Record<string, string> = {};
    const versions: unknown[] = [];
    for (const line of lines) {
      const ran = await run(line);
      expect([line, ran.code, ran.err]).toEqual([line, 0, '']);
      said[line] = ran.out;
      if (/apply|rollback/.test(line)) versions.push(await version());
      expect(await service.complete(workflow)).toMatchObject({ status: 'completed', output: { sold: 12 } });
    }
    expect(versions).toEqual(['1.0.1', '1.0.0', '1.0.2', '1.0.0', '1.0.0']);
    expect(await version()).toBe('1.0.3');
    const [, shown = ''] = /```text\n([^]*?)```/.exec(guide) ?? [];
    expect(said['harmonia suggest report --goal latency']).toContain(shown);
    expect(JSON.parse(said['harmonia suggestion facts'] ?? '')).toMatchObject({
      stated: { commuting: [['core/log', 'core/log']] },
    });
  });

  test('what it says is refused is refused, with a cure', async () => {
    await run(`harmonia suggestion dismiss ${last} --reason no`);
    for (const line of [
      'harmonia suggest nobody',
      `harmonia suggestion apply ${last}`,
      'harmonia suggestion get 00',
      'harmonia suggest report --goal beauty',
      'harmonia rollback report 7.7.7',
      'harmonia suggestion dismiss 00',
    ]) {
      const ran = await run(line);
      expect([line, ran.code]).toEqual([line, 2]);
      expect(ran.err).toMatch(/\w{3}/);
    }
    expect(await run('harmonia suggest report --llm require')).toMatchObject({ code: 70 });
  });

  test('--json prints what the API answers', async () => {
    const ran = await run('harmonia suggest report --max 1 --window 7 --llm never --json');
    expect(JSON.parse(ran.out)).toMatchObject({ analysis: { history: { windowDays: 7 } }, usage: { calls: 0 } });
    const safe = await run('harmonia suggest report --apply-safe --json');
    expect(JSON.parse(safe.out)).toHaveProperty('applied');
  });

  test('every route of it is one of the contract', async () => {
    const { paths } = (await service.get('/api/v1/openapi.json')).body as unknown as { paths: Record<string, object> };
    const named = [...guide.matchAll(/`(GET|POST|PUT|DELETE) (\/api\/v1[^`]*)`/g)];
    expect(named.length).toBeGreaterThan(9);
    for (const [, method = '', path = ''] of named)
      expect([path, paths[path.replace('{v}', '{version}')]]).toEqual([
        path,
        expect.objectContaining({ [method.toLowerCase()]: expect.anything() as unknown }),
      ]);
  });
});
