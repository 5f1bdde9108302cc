import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { harmoniaHere, type Ran } from '../../world/command-line.js';
import { TestService } from '../../world/service.js';

/* Every command of docs/guides/generate.md, in its order. */

const GUIDE = join(import.meta.dirname, '../../../docs/guides/generate.md');
let directory: string;
let service: TestService;
let guide: string;

beforeAll(async () => {
  guide = await readFile(GUIDE, 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-generate-'));
  service = await TestService.start();
});
afterAll(async () => {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

const run = (line: string): Promise<Ran> => {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
  const args = words.slice(1).map((word) => (/^\w+\.yaml$/.test(word) ? join(directory, word) : word));
  const alone = ['validate', 'run'].includes(args[0] ?? '');
  return harmoniaHere(alone ? args : [...args, '--url', service.url]);
};

test('every command of the guide works, and says what the guide shows', async () => {
  const lines = [...guide.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
  expect(lines.length).toBeGreaterThan(5);
  const said: string[] = [];
  for (const line of lines) {
    const ran = await run(line);
    expect([line, ran.code]).toEqual([line, 0]);
    if (!/ run /.test(line)) expect([line, ran.err]).toEqual([line, '']);
    said.push(ran.out + ran.err);
  }
  const [, shown = ''] = /```text\n([^]*?)```/.exec(guide) ?? [];
  expect(said[0]).toContain(shown);
  expect(said[1]).toContain('valid, 4 task(s), dialect canonical');
  expect(said[3]).toMatch(/"approved": true[^]*\/yes completed/);
  expect(said.at(-2)).toMatch(/No template is near enough[^]*Process a List[^]*http\/request/);
});

test('what is written is what the answer has, as YAML or JSON, the one that was picked; nothing to write is an error', async () => {
  const words = ['generate', 'process', 'a', 'list', '--llm', 'never'];
  const json = join(directory, 'list.json');
  const ran = await harmoniaHere([...words, '--url', service.url, '--json', '--output', json]);
  const { candidates } = JSON.parse(ran.out) as { candidates: { definition: object }[] };
  expect(JSON.parse(await readFile(json, 'utf8'))).toEqual(candidates[0]?.definition);
  const yaml = join(directory, 'list.yaml');
  await harmoniaHere([...words, '--url', service.url, '--output', yaml, '--pick', '1']);
  expect(parse(await readFile(yaml, 'utf8'))).toEqual(candidates[0]?.definition);
  const none = await harmoniaHere([...words, '--url', service.url, '--output', yaml, '--pick', '9']);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('no definition to write')]);
});
