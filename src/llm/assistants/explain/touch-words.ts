import type { Touches } from '../plan/touched.js';
import { code, count, listed } from './english.js';
import { calledAll } from './failure-words.js';

/** Hosts and names that are told one by one. */
const MOST = 15;

const some = <T>(all: readonly T[], one: (thing: T) => string, what: string): string[] => {
  const left = all.length - MOST;
  return [...all.slice(0, MOST).map(one), ...(left > 0 ? [`And ${count(left, `more ${what}`)}.`] : [])];
};

const HOSTS = {
  input: '',
  manifest: ', as far as its plugin may go',
  component: ', where the component is',
  workflow: ', by what it runs',
} as const;

const hostLine = ({ host, from, tasks }: Touches['hosts'][number]): string =>
  `${host === '*' ? 'Any host' : code(host)}${HOSTS[from]}: ${calledAll(tasks)}.`;

const effectLines = ({ effects }: Touches): string[] => {
  const { write, idempotent, read, irreversible } = effects;
  return [
    ...(write.length > 0 ? [`Changes something each time it runs: ${calledAll(write)}.`] : []),
    ...(idempotent.length > 0 ? [`Changes something, the same if done twice: ${calledAll(idempotent)}.`] : []),
    ...(read.length > 0 ? [`Only reads: ${calledAll(read)}.`] : []),
    ...(irreversible.length > 0
      ? [`Of what it changes, nothing in the workflow undoes ${calledAll(irreversible)}.`]
      : []),
    ...(write.length + idempotent.length === 0 ? ['It changes nothing outside.'] : []),
  ];
};

/** What the workflow touches outside of itself. */
export const touchWords = (touches: Touches): readonly string[] => {
  const { hosts, redirects, credentials, secrets } = touches;
  return [
    ...some(hosts, hostLine, 'host'),
    ...(redirects.length > 0 ? [`A redirect may lead ${calledAll(redirects)} to other hosts.`] : []),
    ...some(credentials, ({ name, tasks }) => `Credential ${code(name)}: ${calledAll(tasks)}.`, 'credential'),
    ...some(secrets, ({ name, tasks }) => `Secret ${code(name)}: ${calledAll(tasks)}.`, 'secret'),
    ...effectLines(touches),
  ];
};

/** Orders that stand in `depends_on`, and have no other reason that could be found. */
export const assertedWords = (pairs: readonly (readonly [earlier: string, later: string])[]): readonly string[] => {
  if (pairs.length === 0)
    return ['Every order has a reason that can be seen: data, a choice, or effects that may meet.'];
  const lines = pairs
    .slice(0, MOST)
    .map(([earlier, later]) => `${calledAll([later])} waits for ${calledAll([earlier])}.`);
  const left = pairs.length - lines.length;
  return [
    'These orders are only stated: what waits reads nothing of the other, and no effects of the two could meet.',
    ...lines,
    ...(left > 0 ? [`And ${listed([count(left, 'more order')])}.`] : []),
  ];
};
