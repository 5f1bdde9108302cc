// Writes docs/openapi.json from the controllers, and of it the types of the client: npm run openapi (after npm run build).
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTypes, { astToString } from 'openapi-typescript';
import { openApiDocument } from '../dist/api/index.js';
import { readConfig } from '../dist/config/index.js';
import { createService } from '../dist/main.js';

const at = (path) => new URL(`../${path}`, import.meta.url);

const served = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'harmonia-openapi-'));
  const config = { ...readConfig({ HARMONIA_LOG_LEVEL: 'error' }), dataDirectory: directory };
  const app = await createService(config);
  await app.init();
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  const text = `${JSON.stringify(openApiDocument(app, version), null, 2)}\n`;
  await app.close();
  rmSync(directory, { recursive: true, force: true });
  return text;
};

const METHODS = new Set(['get', 'post', 'put', 'delete']);

/** Only what says something: every error is the default one, and what takes any method is not called with all of them. */
const lean = (document) => {
  for (const [path, item] of Object.entries(document.paths)) {
    const kept = Object.entries(item).filter(([method]) => METHODS.has(method));
    for (const [, { responses }] of kept)
      for (const status of Object.keys(responses)) if (/^[45]/.test(status)) delete responses[status];
    document.paths[path] = Object.fromEntries(kept);
  }
  return document;
};

const NOTHING = [
  /^ {8}(get|put|post|delete|options|head|patch|trace)\?: never;\n/gm,
  /^ {8}parameters: \{\n(?: {12}\w+\?: never;\n)+ {8}\};\n/gm,
];

const text = await served();
writeFileSync(at('docs/openapi.json'), text);
const types = astToString(await openapiTypes(lean(JSON.parse(text))));
const hash = createHash('sha256').update(text).digest('hex');
mkdirSync(at('src/client/generated'), { recursive: true });
writeFileSync(
  at('src/client/generated/api.ts'),
  `// Made by npm run openapi of docs/openapi.json, sha256 ${hash}. Types only.\n\n` +
    NOTHING.reduce((made, pattern) => made.replace(pattern, ''), types),
);
