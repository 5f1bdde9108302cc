import type { CheckedSchema, SchemaChecker } from '../../../engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { OfferedParameter } from '../../ports/index.js';
import { secondsOf, stemOf, termOf, tokensOf } from '../word/index.js';

/** What kind of value a parameter takes, as far as words can give one. */
export type SlotKind =
  'uri' | 'email' | 'date' | 'date-time' | 'choice' | 'number' | 'boolean' | 'list' | 'object' | 'text';

/** A parameter that words may fill. */
export interface Slot {
  readonly name: string;
  readonly parameter: OfferedParameter;
  readonly kind: SlotKind;
  /** Stems that speak for it, and how much: those of its name 1, those of its description less. */
  readonly cues: ReadonlyMap<string, number>;
  /** Seconds of the unit that a number is in; undefined: it is no time, or nobody says in what. */
  readonly unit: number | undefined;
  /** 0 to 1: how sure it is that it holds a place of the file system. */
  readonly place: number;
  /** Which end of a way it is: "from a", "to b". */
  readonly end: 'from' | 'to' | undefined;
  fits(value: Json): boolean;
}

const PLACE = new Set(['path', 'file', 'folder', 'location', 'destination', 'directory', 'dir'].map(stemOf));
const ENDS: Readonly<Record<'from' | 'to', ReadonlySet<string>>> = {
  from: new Set(['from', 'source', 'origin', 'folder', 'whose']),
  to: new Set(['to', 'into', 'destination', 'target', 'put', 'out', 'output']),
};
const OF_DESCRIPTION = 0.6;

const FORMATS: Readonly<Record<string, SlotKind>> = {
  ...{ uri: 'uri', url: 'uri', 'uri-reference': 'uri', iri: 'uri', email: 'email', 'idn-email': 'email' },
  ...{ date: 'date', 'date-time': 'date-time' },
};

/** Words of the name, or the description, that say that an address may stand there although no format does. */
const ADDRESS: Readonly<Record<'url' | 'email', ReadonlySet<string>>> = {
  url: new Set(['url', 'uri', 'address', 'endpoint', 'link', 'page'].map(stemOf)),
  email: new Set(['email', 'recipient', 'approver', 'address', 'to'].map(stemOf)),
};

/** Whether a text takes an address of that kind. */
export const takesAddress = ({ cues }: Slot, is: 'url' | 'email'): boolean =>
  [...ADDRESS[is]].some((word) => cues.has(word));

const kindOf = ({ type, format, enum: choices }: JsonObject): SlotKind => {
  if (Array.isArray(choices)) return 'choice';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean' || type === 'object') return type;
  if (type === 'array') return 'list';
  return (typeof format === 'string' ? FORMATS[format] : undefined) ?? 'text';
};

const cuesOf = (name: string, description: string): ReadonlyMap<string, number> => {
  const cues = new Map<string, number>();
  for (const { text } of tokensOf(description)) {
    const term = termOf(text);
    if (term !== undefined) cues.set(term, OF_DESCRIPTION);
  }
  for (const { text } of tokensOf(name)) cues.set(stemOf(text), 1);
  return cues;
};

/** The first unit of time that the name speaks of, else the description. */
const unitOf = (name: string, description: string): number | undefined =>
  [...tokensOf(name).filter(({ text }) => text.length > 2), ...tokensOf(description)]
    .map(({ text }) => secondsOf(text))
    .find((seconds) => seconds !== undefined);

const endOf = (name: string, description: string): Slot['end'] => {
  const words = (text: string): string[] => tokensOf(text).map((token) => token.text);
  for (const said of [words(name), words(description)])
    for (const end of ['to', 'from'] as const) if (said.some((word) => ENDS[end].has(word))) return end;
  return undefined;
};

const slotOf = (name: string, parameter: OfferedParameter, schema: CheckedSchema): Slot => {
  const { description = '' } = parameter;
  const cues = cuesOf(name, description);
  return {
    ...{ name, parameter, kind: kindOf(parameter.schema), cues, unit: unitOf(name, description) },
    place: Math.max(0, ...[...PLACE].map((word) => cues.get(word) ?? 0)),
    end: endOf(name, description),
    fits: (value) => schema.check(value).length === 0,
  };
};

/** The parameters that words may fill, in their order. Secrets are never read out of a sentence. */
export const slotsOf = (
  parameters: Readonly<Record<string, OfferedParameter>>,
  schemas: SchemaChecker,
): readonly Slot[] =>
  Object.entries(parameters).flatMap(([name, parameter]) => {
    const compiled = parameter.secret ? undefined : schemas.compile(parameter.schema);
    return compiled?.ok ? [slotOf(name, parameter, compiled.value)] : [];
  });

/** The format that the entries of a list have; undefined: none, or it is no list of texts. */
export const formatOfItems = ({ parameter }: Slot): string | undefined => {
  const { items } = parameter.schema;
  return isJsonObject(items ?? null) && typeof (items as JsonObject).format === 'string'
    ? ((items as JsonObject).format as string)
    : undefined;
};
