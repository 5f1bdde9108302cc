// Writes docs/errors.md from the error catalogue: npm run docs:errors (after npm run build).
import { writeFileSync } from 'node:fs';
import { CATALOGUE } from '../dist/kernel/index.js';

const head = `# Errors

Every code that Harmonia gives: in \`error.code\` of an HTTP answer, in \`details.faults[].code\` of a refused document, and as
the failure of a step or an execution. This page is made from \`src/kernel/error-catalogue.ts\` by \`npm run docs:errors\`; a
test holds the two together.

An error body is \`{"error": {"code", "message", "details": {"cure", "faults"?}}, "detail": message}\`; each fault has a \`code\`, an
RFC 6901 \`pointer\`, a \`message\` and a \`cure\`.
`;

const entry = ([code, { status, message, cure }]) =>
  `### \`${code}\`\n\nHTTP ${status}. ${message}\n\n*Cure:* ${cure}\n`;

export const errorsPage = () => [head, ...Object.entries(CATALOGUE).map(entry)].join('\n');

if (process.argv[1] === new URL(import.meta.url).pathname)
  writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage());
