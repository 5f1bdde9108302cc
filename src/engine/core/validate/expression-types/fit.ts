import { fault, pointer as at, type Fault, type JsonPointer } from '../../../../kernel/index.js';
import type { Expression, Template } from '../../expression/index.js';
import { ANY, mayBeEqual, nameOf, resultOf, STRING, typeOfValue, type Fields, type Type } from './type.js';

/** What an expression of a template gives. */
export type TypeOfExpression = (expression: Expression) => Type;

/**
 * Where a template can not give what is wanted, whatever its expressions give: a text for a number, a field that is
 * not known or not there. Parts without expressions are looked at too, as they stand beside such.
 */
export const misfits = (
  template: Template,
  wanted: Type,
  place: { readonly pointer: JsonPointer; readonly typeOf: TypeOfExpression },
): readonly Fault[] => {
  const found: Fault[] = [];
  const look = (part: Template, want: Type, pointer: JsonPointer): void => {
    if (want.is === 'any' || part.is === 'secret') return;
    const given = typeOfPart(part, place.typeOf);
    if (!mayBeEqual(given, want)) {
      found.push(
        fault('schema_mismatch', pointer, { reason: `This gives ${said(given)}; what is wanted is ${said(want)}` }),
      );
      return;
    }
    const objects = want.alternatives.flatMap((one) => (one.kind === 'object' ? [one.fields] : []));
    const lists = want.alternatives.flatMap((one) => (one.kind === 'list' ? [one.of()] : []));
    if (part.is === 'list') part.entries.forEach((entry, index) => look(entry, lists[0] ?? ANY, at(pointer, index)));
    const [fields] = objects;
    if (part.is !== 'object' || !fields || objects.length > 1) return;
    found.push(
      ...misnamed(
        part.entries.map(([name]) => name),
        fields,
        pointer,
      ),
    );
    for (const [name, entry] of part.entries) look(entry, fields.field(name).type, at(pointer, name));
  };
  look(template, wanted, place.pointer);
  return found;
};

const misnamed = (names: readonly string[], fields: Fields, pointer: JsonPointer): readonly Fault[] => {
  const missing = fields.required.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => fields.field(name).presence === 'never');
  return [
    ...missing.map((name) => fault('schema_mismatch', pointer, { reason: `"${name}" is missing` })),
    ...unknown.map((name) =>
      fault('schema_mismatch', at(pointer, name), {
        reason: `There is no field "${name}" here, only ${fields.names.slice(0, SHOWN).join(', ')}`,
      }),
    ),
  ];
};

const typeOfPart = (part: Template, typeOf: TypeOfExpression): Type => {
  switch (part.is) {
    case 'constant':
      return typeOfValue(part.value);
    case 'expression':
      return resultOf(typeOf(part.expression));
    case 'text':
      return STRING;
    case 'list':
      return typeOfValue([]);
    case 'object':
      return typeOfValue({});
    case 'secret':
      return ANY;
  }
};

const SHOWN = 10;

/** A type with its values, where they are listed: `string ("a", "b")`. */
const said = (type: Type): string => {
  if (type.is === 'any') return nameOf(type);
  const values = type.alternatives.flatMap((one) => ('values' in one && one.values ? one.values : []));
  if (values.length === 0 || values.length > SHOWN) return nameOf(type);
  return `${nameOf(type)} (${values.map((value) => JSON.stringify(value).slice(0, 60)).join(', ')})`;
};
