import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { TestService } from '../world/service.js';

test('docs/openapi.json is what the service serves (npm run openapi)', async () => {
  const service = await TestService.start();
  const { body } = await service.get('/api/v1/openapi.json');
  await service.stop();
  const kept = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as unknown;
  expect(JSON.parse(JSON.stringify(body))).toEqual(kept);
});

test('the viewer is there, and needs nothing from elsewhere', async () => {
  const service = await TestService.start();
  const page = await fetch(`${service.url}/api/v1/docs`);
  const html = await page.text();
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1] ?? '');
  for (const link of links) {
    expect(link).toMatch(/^\//);
    expect((await fetch(service.url + link)).status).toBe(200);
  }
  await service.stop();
});
