import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Credential } from '../../src/plugin/contract/index.js';

/** Bytes that the search is for: they stand at the beginning of each canary. */
const CORE = 'canary9f3a1c';
/** What follows it is written differently in JSON, URLs and base64. */
export const canary = (of: string): string => `${CORE}"/+%\\-${of}-tail`;

/** What base64 makes of the core, at each place of a group of three, in both alphabets (they are the same for it). */
const encoded = [0, 1, 2].map((offset) => {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(CORE)]);
  return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
});

/** The forms of a canary that stand in some bytes. None when E7 holds. */
export const canariesIn = (bytes: Buffer | string): string[] => {
  const found = Buffer.from(bytes as string);
  return [CORE, ...encoded].filter((form) => found.includes(form));
};

/** A key in base64 that begins with the core. */
export const CANARY_KEY = Buffer.alloc(32, CORE).toString('base64');

/** A credential of each type, a canary in all that is secret. */
export const CANARIES: Readonly<Record<string, Credential>> = {
  a_secret: { type: 'secret', value: canary('secret') },
  a_basic: { type: 'basic', username: 'ada', password: canary('password') },
  a_bearer: { type: 'bearer', token: canary('token') },
  an_api_key: { type: 'api_key', key: canary('key'), header: 'X-Key' },
  an_hmac: { type: 'hmac', secret: canary('hmac') },
  a_custom: { type: 'custom', fields: { user: canary('user'), password: canary('custom') } },
};

/** Every file below a directory, with its bytes. The process that works on it must have ended. */
export const filesBelow = (directory: string): readonly (readonly [string, Buffer])[] =>
  readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [[path, readFileSync(path)] as const];
  });

/** A plugin whose task does with the secrets that it gets all that a careless author might. */
export const PARROT = `
import { definePlugin, defineTask, fatal, transient } from '@tekton/harmonia/plugin';

const slot = (type) => ({ types: [type], optional: true });
const texts = (credential) =>
  Object.entries(credential).flatMap(([name, value]) =>
    name === 'type' || name === 'username' || name === 'header' ? [] : typeof value === 'string' ? [value] : Object.values(value));
const forms = (text) => [
  'marker ' + text,
  Buffer.from(text).toString('base64'),
  Buffer.from('x' + text + 'y').toString('base64url'),
  Buffer.from('xy' + text).toString('base64'),
  encodeURIComponent(text),
  JSON.stringify({ text }),
  JSON.stringify(JSON.stringify({ text })),
];
const basic = ({ username, password }) => 'Basic ' + Buffer.from(username + ':' + password).toString('base64');

const say = defineTask({
  id: 'say',
  description: 'Says the secrets that it gets.',
  credentials: {
    secret: slot('secret'), basic: slot('basic'), bearer: slot('bearer'),
    api_key: slot('api_key'), hmac: slot('hmac'), custom: slot('custom'),
  },
  run: async (input, context) => {
    const all = [input.bare, input.inside, ...Object.values(context.secrets).flatMap(texts)].flatMap(forms);
    if (context.secrets.basic) all.push(basic(context.secrets.basic));
    const deep = { list: all, by: Object.fromEntries(all.map((text) => [text, { [text]: text }])), input };
    switch (input.how) {
      case 'output': return deep;
      case 'text': return all.join(' ');
      case 'environment': return { marker: process.env };
      case 'log': for (const text of all) context.log('warn', text, deep); return null;
      case 'progress':
        for (const text of all) context.progress(0.5, text);
        context.log('info', 'marker of progress');
        return null;
      case 'once': return [await context.once('first', () => deep), 'marker'];
      case 'fatal': throw fatal(all[0], 'marker ' + all.join(' '), { details: deep });
      case 'transient': throw transient('busy', 'marker ' + all.join(' '), { details: deep });
      case 'error': throw new Error('marker ' + all.join(' '), { cause: new Error(all.join(' ')) });
      case 'string': throw 'marker ' + all.join(' ');
      case 'object': throw { message: 'marker ' + all.join(' '), deep };
      case 'rejected': return Promise.reject(new TypeError('marker ' + all.join(' ')));
      case 'not json': return { deep, marker: () => all };
    }
  },
});
export default definePlugin({ id: 'parrot', tasks: [say] });
`;

/** What the parrot can do. */
export const HOW = [
  ...['output', 'text', 'environment', 'log', 'progress', 'once'],
  ...['fatal', 'transient', 'error', 'string', 'object', 'rejected', 'not json'],
];
