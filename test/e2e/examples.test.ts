import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { harmoniaHere } from '../world/command-line.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const examples = ['examples', 'examples/constructs'].flatMap((folder) =>
  readdirSync(ROOT + folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`)
    // Others are for other commands, and run by the tests of the guides that tell of them.
    .filter((path) => !/^# harmonia (?!run )/m.test(readFileSync(ROOT + path, 'utf8'))),
);

const CONSTRUCTS = [
  ...['group', 'map', 'loop', 'switch', 'try', 'race', 'sub-workflow', 'wait', 'event', 'approval', 'webhook'],
  ...['handlers', 'compensation', 'variables', 'cache', 'limits', 'heartbeat', 'notices', 'checkpoints'],
];

test('there is one of each', () => {
  expect(examples).toEqual(expect.arrayContaining(CONSTRUCTS.map((name) => `examples/constructs/${name}.yaml`)));
});

describe('an example is run as its first lines say, and gives that', () => {
  test.each(examples)('%s', async (path) => {
    const text = readFileSync(ROOT + path, 'utf8');
    const [, command = `run ${path}`] = /^# harmonia (run .+)$/m.exec(text) ?? [];
    const [, gives] = /^# gives (.+)$/m.exec(text) ?? [];
    const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(args).toContain(path);
    const { code, out } = await harmoniaHere(args);
    expect(code).toBe(0);
    if (path.startsWith('examples/constructs/')) expect(gives).toBeDefined();
    if (gives !== undefined) expect(JSON.parse(out)).toEqual(JSON.parse(gives));
  });
});
