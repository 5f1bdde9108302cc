import type { JsonObject } from '../../../kernel/index.js';
import type { CandidateObjection } from './objection.js';
import { textsOf, type PlacedText } from './texts-of.js';

/** Ends of a host; what a client reads behind them is not the host any more. */
const HOST = String.raw`([^/\\?#\s"'<>\`|]*)`;
/** What a URL begins with, in all the ways that are taken for it (WHATWG: slashes either way round, for http any number). */
const BEGINNINGS = [
  new RegExp(String.raw`[a-z][a-z0-9+.-]{0,20}:[/\\]{2,}${HOST}`, 'gi'),
  new RegExp(String.raw`(?:https?|wss?|ftps?|mailto):[/\\]*${HOST}`, 'gi'),
  new RegExp(String.raw`(?:^|[\s"'(=,+])[/\\]{2,}${HOST}`, 'g'),
];
/** WHATWG: wherever they stand in a URL, they are taken out. */
const LEFT_OUT = /[\t\r\n]/g;
const EMAIL = /[\w.!#%&'*+=?^`|~-]{1,64}@((?:[\w-]{1,63}\.)+[\w-]{2,24})/g;
/** Fields that hold a host without a scheme. */
const HOST_FIELDS: ReadonlySet<string> = new Set([
  ...['url', 'endpoint', 'server_url', 'base_url', 'host', 'hostname', 'server', 'proxy', 'address', 'origin'],
]);
const EXPRESSION = /\$\{[^}]*\}?/g;
/** An expression that puts an address together, and the texts in it that could be a host. */
const PUT_TOGETHER = /(?:https?|wss?|ftps?):|\/\//i;
const HOST_IN_QUOTES = /["'][@/]{0,3}((?:[\w-]{1,63}\.){1,9}[\w-]{2,63}(?::\d{1,5})?)(?=["'/?#])/g;

/** Whether a host with its port, or an address, stands in words as it is, and not as a part of another one. */
export const isSaid = (address: string, words: string): boolean => {
  const wanted = address.toLowerCase();
  const text = words.toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = text.slice(Math.max(0, at - 1), at);
    const behind = text.slice(at + wanted.length, at + wanted.length + 2);
    if (!/[\w.@-]/.test(before) && !/^(?:[\w-]|\.\w|:\d)/.test(behind)) return true;
  }
  return false;
};

/** The host of what stands between the scheme and the path; '' where all of it is worked out at run time. */
const staticHost = (authority: string): string =>
  authority
    .replace(EXPRESSION, '')
    .replace(/^[^@]*@/, '')
    .replace(/[.:,;)\]}]+$/, '');

/** Hosts and addresses that a text names: whatever a client, or a person, could take for one. */
const addressesIn = ({ text: raw, key }: PlacedText): readonly string[] => {
  const text = raw.replace(LEFT_OUT, '');
  const found: string[] = [];
  for (const beginning of BEGINNINGS)
    for (const match of text.matchAll(beginning)) found.push(staticHost(match[1] ?? ''));
  for (const match of text.matchAll(EMAIL)) found.push(match[0]);
  for (const [expression] of text.matchAll(EXPRESSION))
    if (PUT_TOGETHER.test(expression))
      for (const match of expression.matchAll(HOST_IN_QUOTES)) found.push(match[1] ?? '');
  if (found.length === 0 && HOST_FIELDS.has(key) && /^[\w.-]+(?::\d+)?(?:[/?#]|$)/.test(text))
    found.push(/^[\w.-]+(?::\d+)?/.exec(text)?.[0] ?? '');
  return found.filter((address) => address !== '');
};

/** An address that nobody has spoken of: the first of a definition that is in none of the words. */
export const madeUpAddress = (definition: JsonObject, words: string): CandidateObjection | undefined => {
  for (const placed of textsOf(definition)) {
    const strange = addressesIn(placed).find((address) => !isSaid(address, words));
    if (strange === undefined) continue;
    const detail = `"${strange.slice(0, 100)}" is an address that the words do not name`;
    return { gate: 'referents', reason: 'address_made_up', detail, pointer: placed.pointer };
  }
  return undefined;
};
