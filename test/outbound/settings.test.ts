import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config/index.js';
import { createHarmonia } from '../../src/harmonia.js';

describe('settings of outbound HTTP', () => {
  test('have defaults', () =>
    expect(readConfig({}).destinations).toEqual({ failures: 5, rest: 30_000, atOnce: 256, queue: 10_000, limits: {} }));

  test('are read', () => {
    const { destinations, plugins } = readConfig({
      HARMONIA_BREAKER_FAILURES: '0',
      HARMONIA_BREAKER_SECONDS: '1.5',
      HARMONIA_DESTINATION_REQUESTS: '7',
      HARMONIA_DESTINATION_QUEUE: '0',
      HARMONIA_DESTINATION_LIMITS: 'HTTPS://API.example:443=4, http://[::1]:8080=2,component:sophia=1',
      HARMONIA_FILE_ROOTS: '/srv/in, /srv/out,/srv/in',
    });
    expect(destinations).toEqual({
      ...{ failures: 0, rest: 1500, atOnce: 7, queue: 0 },
      limits: { 'https://api.example': 4, 'http://[::1]:8080': 2, 'component:sophia': 1 },
    });
    const roots = ['/srv/in', '/srv/out'];
    expect(plugins).toMatchObject({ http: { roots }, file: { roots } });
  });

  test.each<[string, string]>([
    ['HARMONIA_BREAKER_FAILURES', '-1'],
    ['HARMONIA_BREAKER_FAILURES', '1.5'],
    ['HARMONIA_BREAKER_SECONDS', '0'],
    ['HARMONIA_BREAKER_SECONDS', 'soon'],
    ['HARMONIA_DESTINATION_REQUESTS', '0'],
    ['HARMONIA_DESTINATION_QUEUE', '-1'],
    ['HARMONIA_DESTINATION_LIMITS', 'https://api.example'],
    ['HARMONIA_DESTINATION_LIMITS', 'https://api.example=0'],
    ['HARMONIA_DESTINATION_LIMITS', 'https://api.example/path=4'],
    ['HARMONIA_DESTINATION_LIMITS', 'api.example=4'],
    ['HARMONIA_DESTINATION_LIMITS', 'https://me:pass@api.example=4'],
    ['HARMONIA_DESTINATION_LIMITS', 'http://[=4'],
    ['HARMONIA_FILE_ROOTS', 'relative/path'],
  ])('%s=%s stops the start', (name, value) =>
    expect(() => readConfig({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        params: expect.objectContaining({ name }) as unknown,
      }),
    ),
  );

  test('a malformed HARMONIA_HTTP_ALLOW stops the start, and the data are let go', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-allow-'));
    const start = (allow: string) =>
      createHarmonia({
        config: { ...readConfig({ HARMONIA_HTTP_ALLOW: allow }), dataDirectory: directory },
        notifier: { publish: () => undefined, progress: () => undefined },
        onTrouble: () => undefined,
      });
    await expect(start('10.0.0.0/99')).rejects.toMatchObject({ code: 'invalid_configuration' });
    const harmonia = await start('10.0.0.0/9');
    await harmonia.open();
    await harmonia.close();
    await rm(directory, { recursive: true });
  });
});
