import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { written } from '../../../src/engine/core/expression/cel.js';
import { FAMILIES, NAMESPACES } from '../../../src/engine/core/expression/functions/index.js';
import { compileTemplate, evaluateTemplate } from '../../../src/engine/core/expression/index.js';
import { readSignature } from '../../../src/engine/core/expression/functions/function.js';
import type { Json } from '../../../src/kernel/index.js';
import { pageText, readPage } from '../../world/expression-page.js';

const { context } = readPage(pageText());
const names = new Set(Object.keys(context));
const all = FAMILIES.flatMap(({ functions }) => functions);

const valueOf = (expression: string): Json => {
  const compiled = compileTemplate(`\${${expression}}`, { pointer: '', names, secrets: false });
  if (compiled.faults.length > 0) throw new Error(`${expression}: ${JSON.stringify(compiled.faults)}`);
  let counter = 0;
  const uuid = (): string => `00000000-0000-8000-8000-00000000000${counter++}`;
  const result = evaluateTemplate(compiled.value, { variables: context, now: Date.UTC(2024, 2, 1), uuid });
  if (!result.ok) throw new Error(`${expression}: ${result.error.message}`);
  return result.value.value;
};

describe('the registry of functions', () => {
  test.each(all.flatMap(({ examples }) => examples))('%s is %j', (expression, result) => {
    expect(valueOf(expression)).toEqual(result);
  });

  test('each has an example that calls it, and one line of words', () => {
    const silent = all.filter(({ name, examples, does }) => {
      const called = examples.some(([source]) => new RegExp(`\\b${name.replace('.', '\\.')}\\(`).test(source));
      const short = examples.some(([source]) => source.includes(`${name.slice(name.indexOf('.') + 1)}(`));
      return examples.length === 0 || does.includes('\n') || !/[.:]$/.test(does) || !(called || short);
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('no name stands twice, and no other name is one of ours', () => {
    const calls = all.flatMap(({ signatures }) => signatures.map((text) => text.slice(0, text.indexOf('('))));
    const owners = new Map<string, Set<string>>();
    for (const { name, signatures, alias = [] } of all) {
      for (const signature of signatures.map(readSignature)) {
        const head = signature.text.slice(0, signature.text.indexOf('('));
        const call = signature.form === 'method' ? `.${head.slice(head.lastIndexOf('.') + 1)}` : head;
        owners.set(call, (owners.get(call) ?? new Set()).add(name));
      }
      expect(alias.filter((other) => calls.includes(other))).toEqual([]);
    }
    expect([...owners].filter(([, names]) => names.size > 1)).toEqual([]);
  });

  test.each([...NAMESPACES])('%s is no name of a variable', (namespace) => {
    const { faults } = compileTemplate(`\${input.rows.map(${namespace}, 1)}`, { pointer: '', names, secrets: false });
    expect(faults.map(({ code }) => code)).toEqual(['expression_syntax']);
  });

  test("it has every function of CEL's own library, and CEL has every one it says is CEL's", () => {
    const { functions } = written.getDefinitions();
    const theirs = new Set(functions.map(({ name }) => name).filter((name) => !name.startsWith('harmonia')));
    const listed = new Set(all.flatMap(({ name }) => [name, name.slice(name.indexOf('.') + 1)]));
    // `cel.bind` names a namespace that is no name here.
    expect([...theirs].filter((name) => !listed.has(name))).toEqual(['bind']);
    const cels = all.filter(({ run }) => !run).map(({ name }) => name.slice(name.indexOf('.') + 1));
    expect(cels.filter((name) => !theirs.has(name))).toEqual([]);
  });
});

describe('times', () => {
  afterEach(() => void jest.restoreAllMocks());

  const local = [
    ...['getFullYear', 'getMonth', 'getDate', 'getDay', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
    ...['getTimezoneOffset', 'toLocaleString', 'toString', 'setHours', 'setFullYear'],
  ] as const;

  test.each(
    FAMILIES.find(({ title }) => title.startsWith('Times'))?.functions.flatMap(({ examples }) => examples) ?? [],
  )('%s does not ask for the time zone of the process', (expression, result) => {
    for (const method of local)
      jest.spyOn(Date.prototype, method as 'getDay').mockImplementation(() => {
        throw new Error(`${method} depends on the process`);
      });
    expect(valueOf(expression)).toEqual(result);
  });

  test.each<[string, Json]>([
    // Clocks are put forward at 2:00 on 31 March 2024 in Berlin, and back at 3:00 on 27 October.
    ['string(timestamp("2024-03-31 02:30", "yyyy-MM-dd HH:mm", "Europe/Berlin"))', '2024-03-31T01:30:00.000Z'],
    ['string(timestamp("2024-10-27 02:30", "yyyy-MM-dd HH:mm", "Europe/Berlin"))', '2024-10-27T00:30:00.000Z'],
    ['string(timestamp("2024-10-26T00:30:00Z").add(1, "days", "Europe/Berlin"))', '2024-10-27T00:30:00.000Z'],
    ['string(timestamp("2024-10-27T00:30:00Z").add(1, "days", "Europe/Berlin"))', '2024-10-28T01:30:00.000Z'],
    ['timestamp("2024-03-31T00:59:59Z").getHours("Europe/Berlin")', 1],
    ['timestamp("2024-03-31T01:00:00Z").getHours("Europe/Berlin")', 3],
    ['timestamp("2024-07-01T12:00:00Z").format("XXX", "America/St_Johns")', '-02:30'],
    ['timestamp("2024-12-31T23:30:00Z").getDayOfYear("Asia/Kolkata")', 0],
    ['timestamp("2024-12-31T23:30:00Z").getDayOfYear()', 365],
    ['timestamp("2024-12-31T23:30:00Z").getFullYear("+01:00")', 2025],
    ['string(timestamp("2024-01-31").add(1, "months").add(1, "months"))', '2024-03-29T00:00:00.000Z'],
    ['string(timestamp("2024-02-29").add(-1, "years"))', '2023-02-28T00:00:00.000Z'],
    ['string(timestamp("2024-08-15T10:11:12.345Z").startOf("quarter"))', '2024-07-01T00:00:00.000Z'],
    ['string(timestamp("2024-09-01").startOf("week"))', '2024-08-26T00:00:00.000Z'],
    ['timestamp("2024-03-31").diff(timestamp("2024-02-29"), "months")', 1],
    ['timestamp("2024-02-29").diff(timestamp("2024-03-31"), "months")', -1],
    ['timestamp("2024-03-30").diff(timestamp("2024-01-31"), "months")', 1],
    [
      'timestamp("2024-02-29T12:34:56.789+02:00").format("h:mm:ss.SSS a, EEEE, MMMM d")',
      '10:34:56.789 AM, Thursday, February 29',
    ],
    ['string(timestamp("12:05 AM", "h:mm a"))', '1970-01-01T00:05:00.000Z'],
    ['timestamp("0001-01-01").getFullYear()', 1],
    ['string(timestamp("2024-02-29T12:00:00.123456789Z"))', '2024-02-29T12:00:00.123Z'],
    ['string(duration("-1.5s"))', '-1.5s'],
    ['string(duration("-0.5s") + duration("-0.7s"))', '-1.2s'],
    ['string(duration("0.5s") - duration("1.2s"))', '-0.7s'],
    ['duration("-0.5s") == duration("0.5s") - duration("1s")', true],
    ['duration("-90m").getHours()', -1],
    [
      'timestamp("2024-01-01T00:00:00.001Z") + (timestamp("9000-01-01T00:00:00.123Z") - timestamp("2024-01-01T00:00:00.001Z")) == timestamp("9000-01-01T00:00:00.123Z")',
      true,
    ],
    ['(timestamp("2009-02-13T23:31:30.123Z") - timestamp(0)).getMilliseconds()', 1_234_567_890_123],
  ])('%s is %j', (expression, result) => {
    expect(valueOf(expression)).toEqual(result);
  });
});
