import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import type { JsonObject } from '../../../src/kernel/index.js';
import { Receiver } from '../../world/receiver.js';
import { TestService } from '../../world/service.js';

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
  console.log(JSON.stringify({ code: answer.status, body: await answer.json() }));
});
`;

test('every command of docs/guides/webhooks.md does what it says, in its order (built dist)', async () => {
  const guide = await readFile(join(ROOT, 'docs/guides/webhooks.md'), 'utf8');
  const receiver = await Receiver.start();
  const service = await TestService.start({ HARMONIA_HTTP_ALLOW: '127.0.0.1' });
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-webhook-guide-'));
  try {
    const program = async (name: string, text: string): Promise<void> => {
      await writeFile(join(directory, name), text);
      await chmod(join(directory, name), 0o755);
    };
    await program('curl', CURL);
    await program('harmonia', `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/bin/harmonia.js' "$@"\n`);
    await symlink(join(ROOT, 'examples'), join(directory, 'examples'));
    for (const [, name = '', text = ''] of guide.matchAll(/`([\w.-]+\.yaml)`:\n\n```yaml\n([^]*?)```/g))
      await writeFile(join(directory, name), text.replace(':9000', `:${receiver.port}`));
    const names: Record<string, string> = {};
    const said: string[] = [];
    for (const [, block = ''] of guide.matchAll(/```sh\n([^]*?)```/g)) {
      const { stdout, stderr } = await run('/bin/sh', ['-e', '-c', block.replaceAll(':8007', `:${service.port}`)], {
        cwd: directory,
        env: {
          ...process.env,
          ...names,
          PATH: `${directory}:${process.env.PATH}`,
          HARMONIA_PORT: String(service.port),
        },
      });
      expect(stderr).toBe('');
      said.push(...stdout.trim().split('\n'));
      const { items } = (await service.get('/api/v1/webhooks')).body as unknown as { items: JsonObject[] };
      names.WEBHOOK = items[0]?.id as string;
      names.SUBSCRIPTION = (items.find(({ direction }) => direction === 'outbound')?.id as string | undefined) ?? '';
      const deliveries = await service.get(`/api/v1/webhooks/${names.WEBHOOK}/deliveries`);
      names.DELIVERY = ((deliveries.body.items as unknown as JsonObject[])[0]?.id as string | undefined) ?? '';
    }
    const answers = said.flatMap((line) =>
      line.startsWith('{"code"') ? [JSON.parse(line) as { code: number; body: JsonObject }] : [],
    );
    expect(answers.map(({ code }) => code)).toEqual([201, 202, 200, 200, 200]);
    const [, first, again, , executions] = answers;
    expect(first?.body.data).toMatchObject({ status: 'delivered', message_id: '72d3162e' });
    expect(again?.body).toMatchObject({ execution_id: first?.body.execution_id, delivery_id: first?.body.delivery_id });
    expect(executions?.body.total).toBe(1);
    expect(said[1]).toMatch(/^[0-9a-f-]{36} {2}http:\/\/127\.0\.0\.1:\d+\/hooks\/greetings$/);
    // Sent twice and one delivery, delivered again, delivered by hand.
    const { total } = (await service.get('/api/v1/executions')).body;
    expect(total).toBe(3);
    // The secret of the guide verifies what the guide has sent.
    const [letter] = receiver.letters;
    const verified = new Webhook(/whsec_[\w=]+/.exec(guide)?.[0] ?? '').verify(
      letter?.body ?? '',
      letter?.headers as Record<string, string>,
    );
    expect([verified, receiver.letters.length]).toEqual([{ hello: 'world' }, 1]);
    expect(said.at(-1)).toBe('0 sent again');
  } finally {
    await service.stop();
    await receiver.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 120_000);
