import { isJsonObject, type Json } from '../kernel/index.js';

const REFERENCE = /\bsecrets\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/g;

const inText = (text: string): string[] =>
  text.includes('secrets')
    ? [...text.matchAll(REFERENCE)].flatMap(([, bare, double, single]) => bare ?? double ?? single ?? [])
    : [];

const inSlots = (slots: Json | undefined): string[] =>
  isJsonObject(slots) ? Object.values(slots).filter((name) => typeof name === 'string') : [];

/** Below `input` a key `credentials` is data of the task. */
const collect = (value: Json, found: Set<string>, isData = false): void => {
  if (typeof value === 'string') for (const name of inText(value)) found.add(name);
  if (typeof value !== 'object' || value === null) return;
  if (isJsonObject(value) && !isData) for (const name of inSlots(value.credentials)) found.add(name);
  for (const [key, entry] of Object.entries(value)) collect(entry, found, isData || key === 'input');
};

/** The credentials that a canonical document of a workflow names: in `credentials` of tasks, and in `${secrets.name}`. */
export const credentialsIn = (document: Json): ReadonlySet<string> => {
  const found = new Set<string>();
  collect(document, found);
  return found;
};
