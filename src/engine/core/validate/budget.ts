import {
  err,
  fault,
  isJsonObject,
  ok,
  type Fault,
  type Json,
  type JsonPointer,
  type Result,
} from '../../../kernel/index.js';
import type { Budget, Limits } from '../budget/limits.js';
import { FieldReader } from './field-reader.js';

const LIMITS = ['tokens', 'calls', 'cost', 'seconds'];
/** So that sums stay exact. */
const MOST = 1e15;
const MOST_MONEY = 1_000_000;
const YEAR_SECONDS = 31_536_000;
const CURRENCY = /^[A-Z]{3}$/;

/** `budget` of a workflow. */
export const readBudget = (reader: FieldReader): Budget | undefined => {
  const object = reader.record('budget');
  if (!object) return undefined;
  const fields = reader.below(object, 'budget');
  fields.refuseUnknown([...LIMITS, 'by']);
  return { limits: readLimits(fields), by: fields.texts('by') ?? [] };
};

/** The limits of a request, or what is wrong with them. `where` is their place in the request. */
export const parseLimits = (value: Json, where: JsonPointer): Result<Limits, readonly Fault[]> => {
  if (!isJsonObject(value)) return err([fault('wrong_type', where, { expected: 'an object' })]);
  const faults: Fault[] = [];
  const fields = new FieldReader(value, where, faults);
  fields.refuseUnknown(LIMITS);
  const limits = readLimits(fields);
  return faults.length > 0 ? err(faults) : ok(limits);
};

const readLimits = (fields: FieldReader): Limits => {
  if (!LIMITS.some((field) => fields.has(field))) {
    fields.report(fault('wrong_type', fields.where, { expected: `an object with ${LIMITS.join(', ')}` }));
  }
  const whole = { min: 1, max: MOST, integer: true } as const;
  const tokens = fields.number('tokens', whole);
  const calls = fields.number('calls', whole);
  const seconds = fields.number('seconds', { min: 0.001, max: YEAR_SECONDS });
  const cost = readCost(fields);
  return {
    ...(tokens !== undefined && { tokens }),
    ...(calls !== undefined && { calls }),
    ...(cost && { cost }),
    ...(seconds !== undefined && { seconds }),
  };
};

const readCost = (fields: FieldReader): Readonly<Record<string, number>> | undefined => {
  const object = fields.record('cost');
  if (!object) return undefined;
  const amounts = fields.below(object, 'cost');
  const currencies = Object.keys(object);
  if (currencies.length === 0) fields.report(fault('wrong_type', amounts.where, { expected: CURRENCIES }));
  const cost: Record<string, number> = {};
  for (const currency of currencies) {
    if (!CURRENCY.test(currency)) fields.report(fault('wrong_type', amounts.at(currency), { expected: CURRENCIES }));
    const amount = amounts.number(currency, { min: 0.000001, max: MOST_MONEY });
    if (amount !== undefined) cost[currency] = amount;
  }
  return cost;
};

const CURRENCIES = 'an amount by currency, such as {"USD": 5}';
