import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { isReservedWord, scan, type Piece } from '../../engine/core/index.js';
import type { Binding, Bound } from './binding.js';
import { LIMITS } from './limits.js';
import { rewriteDefinition, type Place } from './places.js';
import { partsOf, soleParameter, stretchesOf, type Part } from './placeholder.js';

/** The result would be larger than a template may become. */
export class TooLarge extends Error {
  constructor(
    readonly what: string,
    readonly limit: number,
  ) {
    super(`more than ${limit} ${what}`);
  }
}

/** Something cannot stand where its placeholder stands. */
export class Misplaced extends Error {
  constructor(
    readonly pointer: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Counts what is put into a result, so that a small template cannot become a huge workflow. */
export class Allowance {
  private left: number = LIMITS.characters;
  private copies: number = LIMITS.copies;

  take(characters: number): void {
    this.left -= characters;
    if (this.left < 0) throw new TooLarge('characters that are filled in', LIMITS.characters);
  }

  copy(): void {
    this.copies -= 1;
    if (this.copies < 0) throw new TooLarge('copies of others in it', LIMITS.copies);
  }
}

/** `${` as text, where texts are evaluated. */
const literal = (text: string): string => text.replaceAll('${', () => '$${');

/** A value that is data and nothing else: no text of it is evaluated. */
const inert = (value: Json): Json => {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return (value as Json[]).map(inert);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inert(entry)]));
};

const asText = (value: Json): string => {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
};

const inputExpression = (name: string): string => (isReservedWord(name) ? `input["${name}"]` : `input.${name}`);

/** Where nothing is evaluated, the name stands for what is asked. */
const asked = (name: string): string => `(${name.replaceAll('_', ' ')})`;

const secretExpression = (credential: string): string => `secrets["${credential}"]`;

/**
 * A value as CEL. JSON is a part of CEL, with one exception: `\/` and the like are never written by `stringify`. The
 * parentheses keep it one operand, whatever stands beside it.
 */
const celLiteral = (value: Json): string => `(${JSON.stringify(value)})`;

/** One text of a definition with the values in the places of its placeholders. */
class TextFiller {
  constructor(
    private readonly binding: Binding,
    private readonly allowance: Allowance,
  ) {}

  fill(text: string, place: Place): Json {
    if (!text.includes('params.')) return text;
    const sole = soleParameter(text);
    const evaluated = place.kind === 'data' || place.kind === 'setting';
    if (sole !== undefined) return this.whole(this.bound(sole, place), place);
    if (!evaluated)
      return partsOf(text)
        .map((part) => this.plain(part, place))
        .join('');
    const pieces = scan(text);
    return pieces.ok ? written(pieces.value.flatMap((piece) => this.piece(piece, place))) : text;
  }

  private bound(name: string, { pointer }: Place): Bound {
    const found = this.binding.get(name);
    if (!found) throw new Misplaced(pointer, `there is no parameter "${name}"`);
    this.allowance.take(lengthOf(found));
    return found;
  }

  private whole(bound: Bound, place: Place): Json {
    if (bound.is === 'secret') return `\${${secretExpression(bound.credential)}}`;
    if (bound.is === 'input') return this.wholeInput(bound.name, place);
    const { value } = bound;
    if (place.kind === 'setting' && !isSetting(value))
      throw new Misplaced(place.pointer, 'an object cannot be a setting');
    return place.kind === 'data' || place.kind === 'setting' ? inert(value) : value;
  }

  private wholeInput(name: string, { kind, pointer }: Place): string {
    if (kind === 'data' || kind === 'setting') return `\${${inputExpression(name)}}`;
    if (kind === 'given') throw new Misplaced(pointer, `an included template needs the value of "${name}"`);
    return asked(name);
  }

  private plain(part: Part, place: Place): string {
    if (typeof part === 'string') return part;
    const bound = this.bound(part.parameter, place);
    if (bound.is === 'input') return place.kind === 'given' ? this.wholeInput(bound.name, place) : asked(bound.name);
    if (bound.is === 'secret') throw new Misplaced(place.pointer, 'nothing is kept secret there');
    return asText(bound.value);
  }

  private piece(piece: Piece, place: Place): Piece[] {
    if (piece.is === 'expression') return [{ is: 'expression', source: this.expression(piece.source, place) }];
    return partsOf(piece.text).map((part): Piece => {
      if (typeof part === 'string') return { is: 'text', text: part };
      const bound = this.bound(part.parameter, place);
      if (bound.is === 'secret') return { is: 'expression', source: secretExpression(bound.credential) };
      if (bound.is === 'input') return { is: 'expression', source: inputExpression(bound.name) };
      return { is: 'text', text: asText(bound.value) };
    });
  }

  private expression(source: string, place: Place): string {
    return stretchesOf(source)
      .map(({ quoted, text }) =>
        quoted
          ? text
          : partsOf(text)
              .map((part) => this.operand(part, place))
              .join(''),
      )
      .join('');
  }

  private operand(part: Part, place: Place): string {
    if (typeof part === 'string') return part;
    const bound = this.bound(part.parameter, place);
    if (bound.is === 'secret') throw new Misplaced(place.pointer, 'an expression never sees a secret');
    if (bound.is === 'input') return inputExpression(bound.name);
    return celLiteral(bound.value);
  }
}

const lengthOf = (bound: Bound): number => {
  if (bound.is === 'value') return (JSON.stringify(bound.value) ?? '').length;
  return bound.is === 'secret' ? bound.credential.length : bound.name.length;
};

/** A plain value, or a list of them. */
const isSetting = (value: Json): boolean => (Array.isArray(value) ? (value as Json[]).every(isPlain) : isPlain(value));

const isPlain = (value: Json): boolean => typeof value !== 'object' || value === null;

/**
 * Pieces as one text that is taken apart into just these pieces again. A `$` right before an expression would make it
 * text, so it becomes an expression itself.
 */
const written = (pieces: readonly Piece[]): string => {
  let text = '';
  let open = '';
  for (const piece of pieces) {
    if (piece.is === 'text') {
      open += piece.text;
      continue;
    }
    text += open.endsWith('$') ? `${literal(open.slice(0, -1))}\${"$"}` : literal(open);
    open = '';
    text += `\${${piece.source}}`;
  }
  return text + literal(open);
};

/**
 * A definition with values in the places of its placeholders. What the values are changes no task, no edge and no
 * expression: in texts they are text, in expressions literals. Throws `TooLarge`, `Misplaced`.
 */
export const fillDefinition = (definition: JsonObject, binding: Binding, allowance: Allowance): JsonObject => {
  const filler = new TextFiller(binding, allowance);
  return rewriteDefinition(definition, (text, place) => (place.kind === 'given' ? text : filler.fill(text, place)));
};

/** What the parameters of an included template are given: values, and secrets by parameter. */
export interface Given {
  readonly values: JsonObject;
  readonly secrets: ReadonlyMap<string, string>;
}

/** The values of an `include`, with those of the template around it filled in. */
export const fillGiven = (
  parameters: JsonObject,
  where: string,
  fill: { binding: Binding; allowance: Allowance },
): Given => {
  const filler = new TextFiller(fill.binding, fill.allowance);
  const values: [string, Json][] = [];
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    const sole = typeof value === 'string' ? soleParameter(value) : undefined;
    const bound = sole === undefined ? undefined : fill.binding.get(sole);
    if (bound?.is === 'secret') secrets.set(name, bound.credential);
    else
      values.push([
        name,
        plainValue(value, (text, pointer) => filler.fill(text, givenAt(pointer)), `${where}/${name}`),
      ]);
  }
  return { values: Object.fromEntries(values), secrets };
};

const givenAt = (pointer: string): Place => ({ kind: 'given', pointer, secrets: false });

const plainValue = (value: Json, fill: (text: string, pointer: string) => Json, pointer: string): Json => {
  if (typeof value === 'string') return fill(value, pointer);
  if (Array.isArray(value))
    return (value as Json[]).map((entry, index) => plainValue(entry, fill, `${pointer}/${index}`));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, plainValue(entry, fill, `${pointer}/${key}`)]),
  );
};
