import { ExpressionRefused, payText } from '../budget.js';
import { numbersIn, wholeNumber } from './arguments.js';
import type { ExpressionFunction, Family } from './function.js';

const MAX_DIGITS = 20;

/** Half away from zero, as CEL and merchants do; by the digits that a number shows: `round(1.005, 2)` is 1.01. */
const round = (x: number, digits = 0): number => {
  const places = wholeNumber(digits, 'the number of digits', { max: MAX_DIGITS });
  const size = Math.abs(x);
  if (!Number.isFinite(x) || size >= 2 ** 52) return x;
  return Math.sign(x) * shifted(Math.round(shifted(size, places)), -places);
};

/** Moves the decimal point without arithmetic, which would leave dust behind. */
const shifted = (x: number, places: number): number => {
  const [digits, exponent = '0'] = String(x).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
};

const toFixed = (x: number, digits: number): string => {
  const places = wholeNumber(digits, 'the number of digits', { max: MAX_DIGITS });
  if (!Number.isFinite(x)) throw new ExpressionRefused(`${x} is no finite number`);
  const text = round(x, places).toFixed(places);
  return Number(text) === 0 ? text.replace('-', '') : text;
};

const grouped = (x: number, digits = 0): string => {
  const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(toFixed(x, digits)) as unknown as string[];
  payText((whole as string).length * 2);
  return `${sign}${(whole as string).replace(/\B(?=(?:\d{3})+$)/g, ',')}${rest}`;
};

/** One list, or the numbers themselves. */
const given = (values: readonly unknown[], name: string): readonly number[] => {
  const [first] = values;
  const numbers = numbersIn(values.length === 1 && Array.isArray(first) ? (first as unknown[]) : values, name);
  if (numbers.length === 0) throw new ExpressionRefused(`${name}() of an empty list`);
  return numbers;
};

const sum = (numbers: readonly unknown[]): number => numbersIn(numbers, 'sum').reduce((total, x) => total + x, 0);

const one = (name: string, work: (x: number) => number): Pick<ExpressionFunction, 'name' | 'signatures' | 'run'> => ({
  name: `math.${name}`,
  signatures: [`math.${name}(x: number): number`, `${name}(x: number): number`],
  run: work,
});

export const numbers: Family = {
  title: 'Numbers',
  functions: [
    {
      name: 'math.round',
      signatures: ['math.round(x: number, digits: number?): number', 'round(x: number, digits: number?): number'],
      does: 'Rounds, halves away from zero; to so many digits after the point.',
      examples: [
        ['round(2.5)', 3],
        ['round(-2.5)', -3],
        ['math.round(1.005, 2)', 1.01],
      ],
      run: round,
    },
    {
      ...one('floor', Math.floor),
      does: 'The next whole number below.',
      examples: [['math.floor(-1.5)', -2]],
    },
    {
      ...one('ceil', Math.ceil),
      does: 'The next whole number above.',
      examples: [['math.ceil(1.2)', 2]],
      alias: ['ceiling'],
    },
    {
      ...one('trunc', Math.trunc),
      does: 'Without what stands after the point.',
      examples: [['math.trunc(-1.7)', -1]],
      alias: ['truncateNumber', 'toInt'],
    },
    {
      ...one('abs', Math.abs),
      does: 'Without its sign.',
      examples: [['math.abs(-3)', 3]],
    },
    {
      ...one('sign', Math.sign),
      does: '-1, 0 or 1.',
      examples: [['math.sign(-3)', -1]],
    },
    {
      ...one('sqrt', Math.sqrt),
      does: 'The square root.',
      examples: [['math.sqrt(16)', 4]],
    },
    {
      name: 'math.greatest',
      signatures: [
        'math.greatest(numbers: number...): number',
        'math.greatest(numbers: list): number',
        'max(numbers: number...): number',
        'max(numbers: list): number',
        'list.max(): number',
      ],
      does: 'The greatest of some numbers, or of a list of numbers that is not empty.',
      examples: [
        ['max(1, 3, 2)', 3],
        ['math.greatest(1, 3, 2)', 3],
        ['max(input.prices)', 20],
        ['input.prices.max()', 20],
      ],
      alias: ['maximum', 'math.max'],
      run: (values: readonly unknown[]) => given(values, 'max').reduce((best, x) => (x > best ? x : best)),
    },
    {
      name: 'math.least',
      signatures: [
        'math.least(numbers: number...): number',
        'math.least(numbers: list): number',
        'min(numbers: number...): number',
        'min(numbers: list): number',
        'list.min(): number',
      ],
      does: 'The least of some numbers, or of a list of numbers that is not empty.',
      examples: [
        ['min(1, 3, 2)', 1],
        ['math.least(3, 1, 2)', 1],
        ['input.prices.min()', 2.5],
      ],
      alias: ['minimum', 'math.min'],
      run: (values: readonly unknown[]) => given(values, 'min').reduce((best, x) => (x < best ? x : best)),
    },
    {
      name: 'clamp',
      signatures: ['clamp(x: number, low: number, high: number): number'],
      does: 'The number, but at least `low` and at most `high`.',
      examples: [['clamp(120, 0, 100)', 100]],
      run: (x: number, low: number, high: number) => {
        if (low > high) throw new ExpressionRefused(`clamp() was given ${low} to ${high}, which is no range`);
        return Math.min(Math.max(x, low), high);
      },
    },
    {
      name: 'sum',
      signatures: ['list.sum(): number', 'sum(numbers: list): number'],
      does: 'The sum of a list of numbers; 0 for an empty one.',
      examples: [
        ['input.prices.sum()', 27.5],
        ['sum([])', 0],
      ],
      run: sum,
    },
    {
      name: 'avg',
      signatures: ['list.avg(): number', 'avg(numbers: list): number'],
      does: 'The mean of a list of numbers that is not empty.',
      examples: [['[1, 2, 6].avg()', 3]],
      alias: ['average', 'mean'],
      run: (values: readonly unknown[]) => {
        const numbers = given([values], 'avg');
        return sum(numbers) / numbers.length;
      },
    },
    {
      name: 'toFixed',
      signatures: ['number.toFixed(digits: number): string'],
      does: 'A text with exactly so many digits after the point, at most 20.',
      examples: [['(12.3).toFixed(2)', '12.30']],
      run: toFixed,
    },
    {
      name: 'formatNumber',
      signatures: ['formatNumber(x: number, digits: number?): string'],
      does: 'The same with commas between thousands.',
      examples: [['formatNumber(1234567.891, 2)', '1,234,567.89']],
      run: grouped,
    },
  ],
};
