// Writes the list of functions in docs/expressions.md from their registry: node scripts/expressions-page.mjs (after npm run build).
import { readFileSync, writeFileSync } from 'node:fs';
import { FAMILIES } from '../dist/engine/core/expression/functions/index.js';
import { functionsPage } from '../dist/engine/core/expression/functions/page.js';

const page = new URL('../docs/expressions.md', import.meta.url);
const MARK = '<!-- Made from the registry by scripts/expressions-page.mjs; a test holds the two together. -->\n\n';
const [prose] = readFileSync(page, 'utf8').split(MARK);
writeFileSync(page, `${prose}${MARK}${functionsPage(FAMILIES)}`);
