import { ANY, mayBe, optionalOf, union, type Alternative, type Fields, type Type } from './type.js';

/** What comes of reading a key of a value. */
export type Reading =
  | {
      readonly is: 'read';
      readonly type: Type;
      /** Why it may fail nevertheless: the key is not named, or need not be there; or the value may be null. */
      readonly doubt: 'unlisted' | 'maybe' | 'null' | undefined;
      readonly known: readonly string[];
      /** The value is an optional, and so is what is read. */
      readonly optional: boolean;
    }
  /** It is an object that can not have the key. */
  | { readonly is: 'missing'; readonly known: readonly string[] }
  /** Nothing can be read of such a value by such a key. */
  | { readonly is: 'impossible' };

/** A literal key, or the type of one that is computed. */
export type Key = string | number | Type;

const KNOWN_SHOWN = 10;
const shownOf = ({ names }: Fields): readonly string[] =>
  names.length > KNOWN_SHOWN ? [...names.slice(0, KNOWN_SHOWN), '…'] : names;

type Doubt = Extract<Reading, { is: 'read' }>['doubt'];
const read = (type: Type, doubt?: Doubt, fields?: Fields): Reading => ({
  is: 'read',
  type,
  doubt,
  known: fields ? shownOf(fields) : [],
  optional: false,
});

/** What CEL lets be read of these is nobody's promise. */
const OPAQUE: ReadonlySet<string> = new Set(['bytes', 'time', 'duration', 'type']);

const ofAlternative = (alternative: Alternative, key: Key): Reading => {
  if (alternative.kind === 'object') return ofObject(alternative.fields, key);
  if (alternative.kind === 'list') {
    const position = typeof key === 'number' || (typeof key === 'object' && mayBe(key, 'number'));
    return position ? read(alternative.of()) : { is: 'impossible' };
  }
  if (OPAQUE.has(alternative.kind)) return read(ANY);
  if (alternative.kind !== 'optional') return { is: 'impossible' };
  // What is not there stays nothing: no reading of an optional fails.
  const inner = readField(alternative.of(), key);
  const type = inner.is === 'read' ? inner.type : ANY;
  return {
    is: 'read',
    type: inner.is === 'read' && inner.optional ? type : optionalOf(type),
    doubt: undefined,
    known: [],
    optional: true,
  };
};

const ofObject = (fields: Fields, key: Key): Reading => {
  if (typeof key !== 'string') return read(ANY);
  const { presence, type } = fields.field(key);
  if (presence === 'never') return { is: 'missing', known: shownOf(fields) };
  if (presence === 'unlisted' || presence === 'maybe') return read(type, presence, fields);
  return read(type, undefined, fields);
};

/** What comes of `value.key` or `value[key]`: it fails only if it does so for every alternative. */
export const readField = (type: Type, key: Key): Reading => {
  if (type.is === 'any') return read(ANY);
  const readings = type.alternatives.map((alternative) => ofAlternative(alternative, key));
  const successful = readings.flatMap((reading) => (reading.is === 'read' ? [reading] : []));
  const [first] = successful;
  if (!first) return readings.find(({ is }) => is === 'missing') ?? { is: 'impossible' };
  const mayBeNull = type.alternatives.some(({ kind, ...more }) => kind === 'null' && !('untold' in more));
  return {
    ...first,
    type: union(...successful.map((one) => one.type)),
    doubt: first.doubt ?? (mayBeNull ? 'null' : undefined),
    optional: successful.every(({ optional }) => optional),
  };
};
