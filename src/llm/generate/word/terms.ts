import { stemmer } from 'stemmer';

/** Words that say nothing of what is wanted. */
const STOP: ReadonlySet<string> = new Set(
  `a an the this that these those it its they them their we us our you your i me my he she his her who whom which what
   and or but nor so as at by for from in into of off on onto out over to up with within without about after before
   between than then there here if when while is are was were be been being am do does did done have has had having
   will would shall should can could may might must not no any all each some such same other one ones every please
   want wants need needs like let make makes made get gets got give given take takes how whether just also only very
   something somebody someone anything everything thing things way new workflow task`.split(/\s+/),
);

/** Words that mean much the same where workflows are talked about. The first of each row stands for it. */
const ALIKE = [
  ['email', 'mail', 'mails', 'mailed', 'mailing'],
  ['download', 'fetch'],
  ['delete', 'remove', 'erase', 'purge', 'cleanup'],
  ['fix', 'mend', 'repair', 'solve', 'bugfix'],
  ['bug', 'defect', 'fault', 'error'],
  ['approve', 'approval', 'agree', 'consent', 'confirm', 'confirmation', 'permission', 'signoff'],
  ['repeat', 'again', 'loop', 'repeatedly', 'over'],
  ['check', 'ping', 'monitor', 'probe', 'verify', 'healthcheck'],
  ['watch', 'track', 'observe'],
  ['list', 'items', 'batch', 'collection', 'array'],
  ['parallel', 'concurrent', 'concurrency', 'concurrently', 'simultaneously'],
  ['summarise', 'summarize', 'summary', 'digest'],
  ['develop', 'implement', 'build', 'development'],
  ['release', 'deploy', 'deployment', 'rollout', 'ship'],
  ['backup', 'copy', 'copies'],
  ['import', 'load', 'insert', 'ingest'],
  ['undo', 'compensate', 'compensation', 'rollback', 'revert', 'saga'],
  ['notify', 'notice', 'alert', 'inform', 'tell'],
  ['outage', 'incident', 'downtime', 'down'],
  ['report', 'figures', 'statistics'],
  ['invoice', 'bill', 'billing'],
  ['web', 'website', 'site', 'http', 'https', 'url'],
  ['folder', 'directory', 'directories'],
  ['run', 'start', 'call', 'launch', 'execute', 'invoke'],
  ['wait', 'pause', 'sleep', 'rest', 'delay'],
  ['question', 'ask'],
  ['refactor', 'refactoring', 'restructure', 'tidy'],
] as const;

const MEANT: ReadonlyMap<string, string> = new Map(
  ALIKE.flatMap(([first, ...others]) => [first, ...others].map((word) => [stemmer(word), stemmer(first)] as const)),
);

/** A run of letters and digits, where it stands. */
export interface Token {
  /** Lower case. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** The words of a text in their order; `_`, signs and the humps of camelCase part them. */
export const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(/\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{Lu}+(?!\p{Ll})|\p{L}+|\p{N}+/gu)].map((found) => ({
    text: found[0].toLowerCase(),
    at: found.index,
    end: found.index + found[0].length,
  }));

/** What stands for a word, all its forms, and those that mean much the same. */
export const stemOf = (word: string): string => {
  const stem = stemmer(word);
  return MEANT.get(stem) ?? stem;
};

/** What stands for a word; undefined: it says nothing of what is wanted. */
export const termOf = (word: string): string | undefined =>
  word.length < 2 || STOP.has(word) || /^\p{N}+$/u.test(word) ? undefined : stemOf(word);

/** The terms of a text, each as often as it stands there. */
export const termsOf = (text: string): readonly string[] =>
  tokensOf(text).flatMap(({ text: word }) => termOf(word) ?? []);
