import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '../../../src/kernel/index.js';
import { writePackage } from '../../world/packages.js';
import { TestService } from '../../world/service.js';
import { eventually } from '../../world/service-process.js';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** As much of curl as the guide needs: not every machine has one. */
const CURL = `#!${process.execPath}
const { readFileSync } = require('node:fs');
const words = process.argv.slice(2);
let url = '', body, headers = {};
for (let at = 0; at < words.length; at++) {
  if (words[at] === '-s') continue;
  else if (words[at] === '-H') { const [, name, value] = /^([^:]+): (.*)$/.exec(words[++at]); headers[name] = value; }
  else if (words[at] === '-d') body = words[++at];
  else if (words[at] === '--data-binary') body = readFileSync(words[++at].slice(1));
  else url = words[at];
}
fetch(url, { method: body === undefined ? 'GET' : 'POST', headers, body }).then(async (answer) => {
  if (!answer.ok) { console.error(await answer.text()); process.exit(1); }
});
`;

test('every command of docs/guides/triggers.md does what it says, in its order (built dist)', async () => {
  const guide = await readFile(join(ROOT, 'docs/guides/triggers.md'), 'utf8');
  const service = await TestService.start();
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-trigger-guide-'));
  try {
    const program = async (name: string, text: string): Promise<void> => {
      await writeFile(join(directory, name), text);
      await chmod(join(directory, name), 0o755);
    };
    await program('curl', CURL);
    await program('harmonia', `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/bin/harmonia.js' "$@"\n`);
    await symlink(join(ROOT, 'examples'), join(directory, 'examples'));
    for (const [, name = '', text = ''] of guide.matchAll(/`([\w.-]+\.yaml)`:\n\n```yaml\n([^]*?)```/g))
      await writeFile(join(directory, name), text);
    const said: string[] = [];
    let [trigger, delivery] = ['', ''];
    for (const [, block = ''] of guide.matchAll(/```sh\n([^]*?)```/g)) {
      const { stdout, stderr } = await run('/bin/sh', ['-e', '-c', block.replaceAll(':8007', `:${service.port}`)], {
        cwd: directory,
        env: {
          ...process.env,
          ...{
            PATH: `${directory}:${process.env.PATH}`,
            HARMONIA_PORT: String(service.port),
            TRIGGER: trigger,
            DELIVERY: delivery,
          },
        },
      });
      expect(stderr).toBe('');
      said.push(stdout);
      const kept = (): Promise<JsonObject | undefined> =>
        service.get('/api/v1/triggers').then(({ body }) => (body.items as unknown as JsonObject[])[0]);
      trigger ||= (await eventually(kept, (one) => one?.state === 'running'))?.id as string;
      if (block.includes('/events'))
        await eventually(
          () => service.get('/api/v1/executions?status=completed'),
          ({ body }) => (body.total as unknown as number) === 1,
        );
      const { body: told } = await service.get(`/api/v1/triggers/${trigger}/deliveries`);
      delivery = ((told.items as unknown as JsonObject[] | undefined)?.[0]?.id ?? '') as string;
    }
    expect(said[0]).toContain('harmonia/execution');
    expect(said[0]).toContain(trigger);
    expect(said[2]).toContain('delivered');
    expect(said[2]).toMatch(new RegExp(`${trigger} disabled\n${trigger} enabled\n${trigger} deleted`));
    const { items } = (await service.get('/api/v1/executions')).body as unknown as { items: JsonObject[] };
    // Once by itself, once on request.
    expect(items).toHaveLength(2);
    for (const { id } of items) {
      const { body } = await service.get(`/api/v1/executions/${id as string}`);
      expect((body.data as unknown as JsonObject).input).toEqual({ name: 'Ada' });
    }
    expect((await service.get('/api/v1/triggers')).body.total).toBe(0);
  } finally {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 120_000);

test('the type of triggers that it writes tells of minutes, and goes on where it was', async () => {
  const guide = await readFile(join(ROOT, 'docs/guides/triggers.md'), 'utf8');
  const code = /```js\n([^]*?)```/.exec(guide)?.[1] ?? '';
  const manifest = JSON.parse(/`"harmonia": (\{.*?\})`/.exec(guide)?.[1] ?? '') as JsonObject;
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-minutes-'));
  const service = await TestService.start();
  try {
    const source = await writePackage(directory, {
      id: 'minutes',
      packageJson: { harmonia: manifest },
      files: { 'index.js': code },
    });
    expect((await service.post('/api/v1/plugins', { source, trusted: true })).status).toBe(201);
    const { body } = await service.post('/api/v1/triggers', {
      ...{ name: 'm', type: 'minutes/minute', action: 'event', event: 'minute', params: { late: true } },
    });
    // The minute that is under way: its beginning is past.
    const { body: page } = await eventually(
      () => service.get(`/api/v1/triggers/${body.trigger_id as string}/deliveries`),
      (answer) => (answer.body.total as unknown as number) === 1,
    );
    expect((page.items as unknown as JsonObject[])[0]).toMatchObject({
      ...{ status: 'delivered', payload: { minute: expect.stringMatching(/:00\.000Z$/) } },
    });
  } finally {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
  }
});
