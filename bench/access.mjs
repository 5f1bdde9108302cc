// node bench/access.mjs: what looking at who asks costs a request, µs, by what is shown. Needs a build.
import { createHmac, randomBytes } from 'node:crypto';
import { makeApiKey, openAccess, presentedIn } from '../dist/access/index.js';
import { hashApiKey } from '../dist/tekton/utilities/authentication/index.js';

const ROUNDS = 200_000;
const SECRET = 'a shared secret of the platform, long enough';
const timers = { now: () => Date.now(), at: () => ({ cancel: () => undefined }) };

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (sub) => {
  const said = `${part({ alg: 'HS256' })}.${part({ sub, exp: Math.floor(Date.now() / 1000) + 3600, permissions: ['run'] })}`;
  return `${said}.${createHmac('sha256', SECRET).update(said).digest('base64url')}`;
};

/** Ten thousand keys: what is looked for is one of many. */
const made = Array.from({ length: 10_000 }, () => makeApiKey());
const stored = made.map(({ id, secret }) => ({
  ...{ id, name: 'n', owner: undefined, hash: hashApiKey(secret), permissions: ['run'], workflows: undefined },
  ...{ createdAt: 0, createdBy: 'bench', expiresAt: undefined, revokedAt: undefined, usedAt: Date.now() },
}));

const access = await openAccess({
  settings: {
    ...{ isRequired: true, metricsAreOpen: true, tokenSecret: SECRET, issuer: undefined },
    keys: [{ name: 'ops', secret: 'a-key-of-the-configuration', permissions: ['admin'], workflows: undefined }],
    pages: { everyPage: false, origins: [], listensOn: '127.0.0.1', publicUrl: '' },
  },
  keys: { all: async () => stored, used: () => undefined },
  audit: {},
  timers,
  onTrouble: console.error,
});

const known = token('ada');
const shown = {
  'key of the configuration': { apiKey: 'a-key-of-the-configuration' },
  'key that was made, of 10,000': { authorization: `Bearer ${made[5000].text}` },
  'token that came before': { authorization: `Bearer ${known}` },
};
await access.identify(presentedIn({ authorization: `Bearer ${known}` }), '127.0.0.1');

const nothing = { apiKey: undefined, authorization: undefined, query: undefined };
for (const [name, carriers] of Object.entries(shown)) {
  const once = () => access.identify(presentedIn({ ...nothing, ...carriers }), '127.0.0.1').permissions.has('run');
  for (let round = 0; round < ROUNDS / 10; round++) once();
  const begin = performance.now();
  for (let round = 0; round < ROUNDS; round++) once();
  console.log(`${name}: ${(((performance.now() - begin) * 1000) / ROUNDS).toFixed(2)} µs`);
}

const news = Array.from({ length: 5000 }, (_, n) => token(`new ${n}`));
const begin = performance.now();
for (const one of news) await access.identify({ credential: one }, '127.0.0.1');
console.log(`token that is new: ${(((performance.now() - begin) * 1000) / news.length).toFixed(2)} µs`);

const wrong = Array.from({ length: 20_000 }, () => randomBytes(32).toString('base64url'));
const before = performance.now();
for (const [n, credential] of wrong.entries()) {
  try {
    access.identify({ credential }, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  } catch {
    // It is meant to be.
  }
}
console.log(`wrong key: ${(((performance.now() - before) * 1000) / wrong.length).toFixed(2)} µs`);
