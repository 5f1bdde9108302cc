import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { harmonia, harmoniaHere } from '../world/command-line.js';
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

  const shown = commands.flatMap((line) => {
    const [, command] = /^node bin\/harmonia\.js (.*)$/.exec(line) ?? [];
    return command === undefined
      ? []
      : [[...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')];
  });

  test('every harmonia command it shows works, those about a service in their order', async () => {
    const [local, about] = [shown.slice(0, 2), shown.slice(2)];
    expect(local.map(([command]) => command)).toEqual(['validate', 'run']);
    for (const args of local) expect(await harmonia(args)).toMatchObject({ code: 0 });
    expect(about.map(([group, command]) => `${group} ${command}`)).toEqual(['workflow save', 'execution start']);
    const service = await TestService.start();
    const said: string[] = [];
    for (const args of about) {
      const { code, out } = await harmoniaHere([...args, '--url', service.url]);
      expect([args, code]).toEqual([args, 0]);
      said.push(out);
    }
    expect(JSON.parse(said.at(-1) ?? '')).toEqual({ said: 'Hello, Ada!' });
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
