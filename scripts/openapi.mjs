// Writes docs/openapi.json from the controllers: npm run openapi (after npm run build).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApiDocument } from '../dist/api/index.js';
import { readConfig } from '../dist/config/index.js';
import { createService } from '../dist/main.js';

const directory = mkdtempSync(join(tmpdir(), 'harmonia-openapi-'));
const config = { ...readConfig({ HARMONIA_LOG_LEVEL: 'error' }), dataDirectory: directory };
const app = await createService(config);
await app.init();
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
writeFileSync(
  new URL('../docs/openapi.json', import.meta.url),
  `${JSON.stringify(openApiDocument(app, version), null, 2)}\n`,
);
await app.close();
rmSync(directory, { recursive: true, force: true });
