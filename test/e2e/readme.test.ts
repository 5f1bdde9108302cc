import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { harmonia } from '../world/command-line.js';
import { TestService } from '../world/service.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(`${ROOT}README.md`, 'utf8');
const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((found) => found[1] ?? '');
const commands = blocks('sh').flatMap((block) => block.split('\n').filter((line) => line.trim() !== ''));

describe('README', () => {
  test('its workflow is examples/first.yaml', () => {
    expect(parse(blocks('yaml')[0] ?? '')).toEqual(parse(readFileSync(`${ROOT}examples/first.yaml`, 'utf8')));
  });

  test('every npm script it names is there', () => {
    const named = commands.flatMap((line) =>
      [...line.matchAll(/npm (?:run )?(demo|test|start)\b/g)].map((found) => found[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(manifest.scripts).toHaveProperty(name);
  });

  test('every harmonia command it shows works', async () => {
    const shown = commands.flatMap((line) =>
      [...line.matchAll(/^node bin\/harmonia\.js (validate|run) (.*)$/g)].map(
        (found) => [found[1] ?? '', found[2] ?? ''] as const,
      ),
    );
    expect(shown).toHaveLength(2);
    for (const [command, rest] of shown) {
      const args = [...rest.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');
      expect(await harmonia([command, ...args])).toMatchObject({ code: 0 });
    }
  });

  test('its curl line keeps a workflow', async () => {
    const line = commands.find((command) => command.startsWith('curl')) ?? '';
    const file = /--data-binary @(\S+)/.exec(line)?.[1] ?? '';
    const path = /http:\/\/127\.0\.0\.1:8007(\S+)/.exec(line)?.[1] ?? '';
    const service = await TestService.start();
    const answer = await service.send('POST', path, readFileSync(ROOT + file, 'utf8'), {
      'content-type': 'application/yaml',
    });
    expect(answer.status).toBe(201);
    await service.stop();
  });

  test('every page it links to is there', () => {
    for (const [, link = ''] of readme.matchAll(/\]\(([^)#]+)\)/g)) expect(readdirOrFile(link)).toBe(true);
  });
});

const readdirOrFile = (link: string): boolean => {
  try {
    return link.endsWith('/') ? readdirSync(ROOT + link).length > 0 : readFileSync(ROOT + link).length > 0;
  } catch {
    return false;
  }
};
