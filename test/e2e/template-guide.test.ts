import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harmoniaHere, type Ran } from '../world/command-line.js';
import { TestService } from '../world/service.js';

const GUIDE = join(import.meta.dirname, '../../docs/guides/templates.md');
let directory: string;
let service: TestService;
let guide: string;

beforeAll(async () => {
  guide = await readFile(GUIDE, 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-templates-'));
  for (const [, name = '', text = ''] of guide.matchAll(/`(\w+\.yaml)`:\s*```\w+\n([^]*?)```/g))
    await writeFile(join(directory, name), text);
  service = await TestService.start();
});
afterAll(async () => {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a command line with its files in the directory of the guide. */
const run = (line: string): Promise<Ran> => {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
  const args = words.slice(1).map((word) => (/^\w+\.yaml$/.test(word) ? join(directory, word) : word));
  return harmoniaHere([...args, '--url', service.url]);
};

describe('the guide for templates', () => {
  test('every command of it works, in its order, and every workflow that it makes runs', async () => {
    const blocks = [...guide.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
    expect(blocks.length).toBeGreaterThan(12);
    const outputs: unknown[] = [];
    for (const line of blocks) {
      const ran = await run(line);
      expect([line, ran.code, ran.err]).toEqual([line, 0, '']);
      if (!/ instantiate /.test(line) || /--dry-run/.test(line)) continue;
      const execution = await service.complete(ran.out.trim());
      expect(execution).toMatchObject({ status: 'completed' });
      outputs.push(execution.output);
    }
    expect(outputs).toMatchObject([{ count: 2 }, { greetings: 2 }, { cake: { slices: 1 } }]);
  });

  test('what it says is refused is refused, with a cure', async () => {
    const missing = await run("harmonia template instantiate 'loud greeting' --param times=99");
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/\/parameter_values\/who[^]*\/parameter_values\/times/);
    expect(await run('harmonia template get nobody')).toMatchObject({ code: 2 });
    expect(await run('harmonia template create')).toMatchObject({ code: 2 });
    const twice = await run('harmonia template get greeting');
    expect(twice.err).toContain('are called "greeting"');
    expect(await run("harmonia template delete 'Bug Fix'")).toMatchObject({ code: 2 });
  });

  test('every built-in template stands in its table', async () => {
    const { body } = await service.get('/api/v1/templates?source=harmonia');
    for (const { name } of body.items as unknown as { name: string }[]) expect(guide).toContain(`| ${name} `);
  });

  test('a template of a stored workflow is made from the command line', async () => {
    const workflow = await service.workflow({ name: 'stored', tasks: { a: { type: 'core/noop' } } });
    const made = await run(`harmonia template create --from-workflow ${workflow} --name stored --json`);
    expect(JSON.parse(made.out)).toMatchObject({ name: 'stored', workflow_definition: { tasks: { a: {} } } });
    expect(JSON.parse((await run('harmonia template export stored --json')).out)).toMatchObject({ name: 'stored' });
    expect((await run('harmonia template list --json --tag none --sort name')).out).toBe('[]\n');
    expect(JSON.parse((await run('harmonia template delete stored --force --json')).out)).toMatchObject({
      deleted: true,
    });
  });
});
