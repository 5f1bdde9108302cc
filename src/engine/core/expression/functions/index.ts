import type { Environment } from '@marcbachmann/cel-js';
import { pay, spend } from '../budget.js';
import { data } from './data.js';
import {
  NAMESPACES,
  overloadsOf,
  readSignature,
  type ExpressionFunction,
  type Family,
  type Signature,
} from './function.js';
import { kinds } from './kind.js';
import { lists } from './list.js';
import { numbers } from './number.js';
import { objects } from './object.js';
import { regularExpressions } from './pattern.js';
import { standard } from './standard.js';
import { texts } from './text.js';
import { times } from './time.js';

export { compilePattern } from './pattern.js';
export { durationText } from './duration.js';
export { NAMESPACES, type ExpressionFunction, type Family, type Signature } from './function.js';

/** Every function that an expression may call, by family. */
export const FAMILIES: readonly Family[] = [
  standard,
  texts,
  regularExpressions,
  numbers,
  lists,
  objects,
  times,
  data,
  kinds,
];

/** A function with its signatures read. */
export interface KnownFunction {
  readonly definition: ExpressionFunction;
  readonly signatures: readonly Signature[];
  /** What guarded expressions call it: a name that nobody may write. Absent: CEL's own. */
  readonly host: string | undefined;
}

/** How a call is written: `f(x)`, `x.f()`, `math.f(x)`. */
export type CallForm = Signature['form'];

/** No name that begins so may be written. */
export const HOST_PREFIX = 'harmonia';

const known: readonly KnownFunction[] = FAMILIES.flatMap(({ functions }) =>
  functions.map((definition) => ({
    definition,
    signatures: definition.signatures.map(readSignature),
    host: definition.run && `${HOST_PREFIX}_${definition.name.replace('.', '_')}`,
  })),
);

const keyOf = (form: CallForm, name: string): string => `${form} ${name}`;

const nameIn = ({ text, form }: Signature): string => {
  const head = text.slice(0, text.indexOf('('));
  return form === 'method' ? head.slice(head.lastIndexOf('.') + 1) : head;
};

const byCall = new Map<string, KnownFunction>();
for (const one of known)
  for (const signature of one.signatures) byCall.set(keyOf(signature.form, nameIn(signature)), one);

const byHost = new Map(known.flatMap((one) => (one.host === undefined ? [] : [[one.host, one] as const])));

/** The function behind a call; of a namespaced one the name is `math.round`. */
export const findFunction = (form: CallForm, name: string): KnownFunction | undefined => byCall.get(keyOf(form, name));

/** The function that guarded expressions call so. */
export const findHost = (host: string): KnownFunction | undefined => byHost.get(host);

/** Whether a call is that of a namespaced function, not of a method of a variable that is named like the namespace. */
export const isNamespaced = (receiver: string, name: string): boolean =>
  NAMESPACES.has(receiver) && byCall.has(keyOf('namespaced', `${receiver}.${name}`));

const FORMS: readonly CallForm[] = ['function', 'method', 'namespaced'];

const formsOf = (name: string): KnownFunction | undefined =>
  FORMS.map((form) => findFunction(form, name)).find((found) => found) ??
  known.find(({ definition }) => definition.name.endsWith(`.${name}`));

/** Letters to change, at most two are looked for: `uper` → `upper`. */
const isNear = (a: string, b: string): boolean => {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  if (Math.abs(a.length - b.length) > 1 || a.length < 4) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  const swapped = restA.slice(1, 2) + restA.slice(0, 1) + restA.slice(2);
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1) || swapped === restB;
};

/** What somebody may have meant who called a function that is not there, or not in this form. */
export const meantBy = (name: string): KnownFunction | undefined => {
  const bare = name.slice(name.lastIndexOf('.') + 1);
  const isAlias = ({ definition }: KnownFunction): boolean =>
    definition.alias?.some((alias) => alias === name || alias === bare) ?? false;
  const isClose = ({ definition }: KnownFunction): boolean =>
    isNear(bare, definition.name.slice(definition.name.lastIndexOf('.') + 1));
  return formsOf(name) ?? formsOf(bare) ?? known.find(isAlias) ?? known.find(isClose);
};

const CEL_TYPES: Readonly<Record<string, string>> = {
  ...{ number: 'double', object: 'map', list: 'list' },
  ...{ time: 'google.protobuf.Timestamp', duration: 'google.protobuf.Duration' },
};

/** A type of a signature as CEL writes it. */
const celType = (type: string): string => type.replace(/\w+/g, (word) => CEL_TYPES[word] ?? word);

const CALL_COST = 2;

/** Every call pays for itself and for going over its arguments and its result once. */
const paying =
  (run: (...args: readonly never[]) => unknown) =>
  (...args: readonly unknown[]): unknown => {
    spend(CALL_COST);
    for (const arg of args) pay(arg);
    return pay(run(...(args as readonly never[])));
  };

/** Variadic functions and macros get what they work on as one list. */
const overloadsAt = (definition: ExpressionFunction, signature: Signature): string[][] =>
  definition.macro ? [['list']] : overloadsOf(signature);

/** Makes our functions known to CEL under the names of their hosts. */
export const registerFunctions = (environment: Environment): void => {
  for (const { definition, signatures, host } of known) {
    if (!definition.run || host === undefined) continue;
    const run = paying(definition.run);
    const calls = signatures.flatMap((signature) => overloadsAt(definition, signature));
    // Of an argument of unknown type CEL would take the first overload for granted.
    const kinds = new Set(signatures.map(({ returns }) => returns));
    const [only = 'dyn'] = kinds.size === 1 ? kinds : [];
    for (const types of new Set(calls.map((call) => call.map(celType).join(', '))))
      environment.registerFunction(`${host}(${types}): ${celType(only)}`, run, { async: false });
  }
};
