import type { ExpressionFunction, Family } from './function.js';

/** What CEL itself has. */
const macros: readonly ExpressionFunction[] = [
  {
    name: 'map',
    signatures: ['list.map(x: dyn, value: dyn): list', 'list.map(x: dyn, condition: bool, value: dyn): list'],
    does: 'What `value`, in which `x` is an element, gives for each element; with a condition, for those of which it is true. Over an object: its keys.',
    examples: [
      ['input.prices.map(p, p * 2)', [5, 40, 10]],
      ['input.prices.map(p, p > 3, p * 2)', [40, 10]],
      ['input.address.map(k, k.upper())', ['STREET', 'CITY']],
    ],
    alias: ['forEach', 'collect', 'transform'],
  },
  {
    name: 'filter',
    signatures: ['list.filter(x: dyn, condition: bool): list'],
    does: 'The elements of which the condition is true.',
    examples: [['input.rows.filter(r, r.v >= 2).map(r, r.id)', ['a', 'b']]],
    alias: ['where', 'selectWhere', 'grep'],
  },
  {
    name: 'all',
    signatures: ['list.all(x: dyn, condition: bool): bool'],
    does: 'Whether the condition is true of all elements.',
    examples: [['input.prices.all(p, p > 0)', true]],
    alias: ['every'],
  },
  {
    name: 'exists',
    signatures: ['list.exists(x: dyn, condition: bool): bool'],
    does: 'Whether it is true of one of them at least.',
    examples: [['input.tags.exists(t, t == "y")', true]],
    alias: ['any', 'some', 'includes'],
  },
  {
    name: 'exists_one',
    signatures: ['list.exists_one(x: dyn, condition: bool): bool'],
    does: 'Whether it is true of exactly one.',
    examples: [['input.tags.exists_one(t, t == "x")', false]],
    alias: ['existsOne'],
  },
  {
    name: 'has',
    signatures: ['has(field: dyn): bool'],
    does: 'Whether a field is there: `has(input.address.zip)`. What stands before the last dot must be there.',
    examples: [
      ['has(input.address.zip)', false],
      ['has(input.address.city)', true],
    ],
    alias: ['exist', 'isDefined', 'defined', 'hasField'],
  },
];

const optionals: readonly ExpressionFunction[] = [
  {
    name: 'orValue',
    signatures: ['optional<dyn>.orValue(other: dyn): dyn'],
    does: 'What the optional holds, else the other.',
    examples: [
      ['input.address.?zip.orValue("none")', 'none'],
      ['input.tags[?9].orValue("z")', 'z'],
    ],
    alias: ['getOrElse', 'unwrapOr', 'or_value'],
  },
  {
    name: 'or',
    signatures: ['optional<dyn>.or(other: optional<dyn>): optional<dyn>'],
    does: 'The optional, or the other when it holds nothing.',
    examples: [['input.?nick.or(input.?name).value()', 'Ada Lovelace']],
  },
  {
    name: 'hasValue',
    signatures: ['optional<dyn>.hasValue(): bool'],
    does: 'Whether it holds something.',
    examples: [['input.?name.hasValue()', true]],
    alias: ['isPresent'],
  },
  {
    name: 'value',
    signatures: ['optional<dyn>.value(): dyn'],
    does: 'What it holds; fails when that is nothing.',
    examples: [['input.?name.value()', 'Ada Lovelace']],
    alias: ['unwrap'],
  },
  {
    name: 'optional.of',
    signatures: ['optional.of(value: dyn): optional<dyn>'],
    does: 'An optional that holds a value.',
    examples: [['optional.of(1).orValue(2)', 1]],
  },
  {
    name: 'optional.none',
    signatures: ['optional.none(): optional<dyn>'],
    does: 'An optional that holds nothing.',
    examples: [['optional.none().orValue(2)', 2]],
  },
];

const conversions: readonly ExpressionFunction[] = [
  {
    name: 'string',
    signatures: [
      'string(value: string): string',
      'string(value: number): string',
      'string(value: bool): string',
      'string(value: bytes): string',
      'string(value: time): string',
      'string(value: duration): string',
      'bytes.string(): string',
    ],
    does: 'A text of a number, a bool, bytes in UTF-8, a time or a duration.',
    examples: [
      ['string(1.5)', '1.5'],
      ['string(timestamp(input.at))', '2024-02-29T23:30:00.000Z'],
      ['string(duration("1h"))', '3600s'],
    ],
    alias: ['str', 'toString', 'text'],
  },
  {
    name: 'double',
    signatures: ['double(value: string): number', 'double(value: number): number'],
    does: 'The number that a text says.',
    examples: [['double("2.50") * 2', 5]],
    alias: ['number', 'float', 'toNumber', 'parseFloat', 'Number', 'parseNumber'],
  },
  {
    name: 'int',
    signatures: ['int(value: string): number', 'int(value: number): number', 'int(value: time): number'],
    does: 'The whole number that a text says, a number without its fraction, or the seconds of a time since 1970.',
    examples: [
      ['int("42") + int(1.9)', 43],
      ['int(timestamp("1970-01-02"))', 86400],
    ],
    alias: ['integer', 'parseInt', 'unix', 'epoch'],
  },
  {
    name: 'uint',
    signatures: ['uint(value: string): number', 'uint(value: number): number'],
    does: 'The same; fails below 0.',
    examples: [['uint("7")', 7]],
  },
  {
    name: 'bool',
    signatures: ['bool(value: string): bool', 'bool(value: bool): bool'],
    does: 'true for "true", "t", "1"; false for "false", "f", "0".',
    examples: [['bool("true")', true]],
    alias: ['boolean', 'toBool'],
  },
  {
    name: 'bytes',
    signatures: ['bytes(value: string): bytes', 'bytes(value: bytes): bytes'],
    does: 'The bytes of a text in UTF-8.',
    examples: [['size(bytes("é"))', 2]],
    alias: ['utf8', 'encode'],
  },
  {
    name: 'hex',
    signatures: ['bytes.hex(): string'],
    does: 'Bytes in hex digits.',
    examples: [['bytes("abc").hex()', '616263']],
    alias: ['toHex'],
  },
  {
    name: 'base64',
    signatures: ['bytes.base64(): string'],
    does: 'Bytes in Base64.',
    examples: [['bytes("abc").base64()', 'YWJj']],
  },
  {
    name: 'at',
    signatures: ['bytes.at(position: number): number'],
    does: 'One of the bytes.',
    examples: [['bytes("abc").at(0)', 97]],
  },
  {
    name: 'type',
    signatures: ['type(value: dyn): type'],
    does: 'The type as CEL has it, to be compared with another: `typeOf` gives a text.',
    examples: [['type(1) == type(2.5)', true]],
  },
  {
    name: 'dyn',
    signatures: ['dyn(value: dyn): dyn'],
    does: 'The same value, of which nothing is taken for granted before it is there.',
    examples: [['dyn("a") + "b"', 'ab']],
  },
];

const texts: readonly ExpressionFunction[] = [
  {
    name: 'size',
    signatures: [
      'size(value: string): number',
      'size(value: bytes): number',
      'size(value: list): number',
      'size(value: object): number',
      'string.size(): number',
      'bytes.size(): number',
      'list.size(): number',
      'object.size(): number',
    ],
    does: 'Characters of a text, bytes, elements of a list, keys of an object.',
    examples: [
      ['size("é😀")', 2],
      ['size(input.tags) + input.address.size()', 5],
    ],
    alias: ['length', 'len', 'count'],
  },
  {
    name: 'contains',
    signatures: ['string.contains(part: string): bool'],
    does: 'Whether a text has another in it. In a list: `x in list`.',
    examples: [
      ['input.name.contains("Love")', true],
      ['"y" in input.tags', true],
    ],
  },
  {
    name: 'startsWith',
    signatures: ['string.startsWith(part: string): bool'],
    does: 'Whether it begins so.',
    examples: [['input.name.startsWith("Ada")', true]],
    alias: ['hasPrefix', 'beginsWith'],
  },
  {
    name: 'endsWith',
    signatures: ['string.endsWith(part: string): bool'],
    does: 'Whether it ends so.',
    examples: [['"a.csv".endsWith(".csv")', true]],
    alias: ['hasSuffix'],
  },
  {
    name: 'trim',
    signatures: ['string.trim(): string'],
    does: 'Without blanks before and after it.',
    examples: [['" a b ".trim()', 'a b']],
    alias: ['strip'],
  },
  {
    name: 'lowerAscii',
    signatures: ['string.lowerAscii(): string'],
    does: "CEL's name for `lower`.",
    examples: [['"AB".lowerAscii()', 'ab']],
  },
  {
    name: 'upperAscii',
    signatures: ['string.upperAscii(): string'],
    does: "CEL's name for `upper`.",
    examples: [['"ab".upperAscii()', 'AB']],
  },
  {
    name: 'split',
    signatures: ['string.split(separator: string, limit: number?): list<string>'],
    does: 'The pieces between separators, at most so many.',
    examples: [
      ['"a,b,c".split(",")', ['a', 'b', 'c']],
      ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ],
    alias: ['explode'],
  },
  {
    name: 'substring',
    signatures: ['string.substring(start: number, end: number?): string'],
    does: 'From one position up to before another.',
    examples: [
      ['"abcdef".substring(2)', 'cdef'],
      ['"abcdef".substring(2, 4)', 'cd'],
    ],
    alias: ['substr', 'mid', 'sliceText'],
  },
];

export const standard: Family = {
  title: "CEL's own",
  functions: [...macros, ...texts, ...optionals, ...conversions],
};
