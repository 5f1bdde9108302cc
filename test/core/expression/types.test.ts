import { describe, expect, test } from '@jest/globals';
import { compileWorkflow, type TaskCatalogue, type TaskType } from '../../../src/engine/core/index.js';
import { createSchemaChecker } from '../../../src/json-schema/index.js';
import type { Json, JsonObject } from '../../../src/kernel/index.js';

const INPUT: JsonObject = {
  type: 'object',
  required: ['n', 'name', 'rows', 'kind', 'maybe', 'tree', 'more'],
  additionalProperties: false,
  properties: {
    n: { type: 'integer' },
    name: { type: 'string' },
    rows: { type: 'array', items: { $ref: '#/$defs/row' } },
    kind: { enum: ['a', 'b'] },
    maybe: { type: ['string', 'null'] },
    nick: { type: 'string' },
    level: { type: 'number', default: 1 },
    open: { type: 'object', properties: { x: { type: 'number' } } },
    dict: { type: 'object', additionalProperties: { type: 'number' } },
    tree: { $ref: '#/$defs/tree' },
    more: {
      allOf: [
        { type: 'object', required: ['a'], properties: { a: { type: 'number' } } },
        { type: 'object', properties: { b: { type: 'string' } } },
      ],
    },
    whatever: {},
  },
  $defs: {
    row: { type: 'object', required: ['id'], additionalProperties: false, properties: { id: { type: 'number' } } },
    tree: {
      type: 'object',
      additionalProperties: false,
      required: ['next'],
      properties: { next: { $ref: '#/$defs/tree' } },
    },
  },
};

const TYPES: readonly TaskType[] = [
  { type: 'any/task', description: '', effects: 'pure' },
  {
    type: 'strict/task',
    description: '',
    effects: 'pure',
    input: {
      type: 'object',
      required: ['n'],
      additionalProperties: false,
      properties: {
        n: { type: 'number' },
        how: { enum: ['fast', 'slow'] },
        tags: { type: 'array', items: { type: 'string' } },
        at: { type: 'object', required: ['x'], additionalProperties: false, properties: { x: { type: 'number' } } },
        any: {},
      },
    },
    output: {
      type: 'object',
      required: ['total'],
      additionalProperties: false,
      properties: { total: { type: 'number' }, note: { type: 'string' } },
    },
  },
  {
    type: 'tekton/action',
    description: '',
    effects: 'write',
    input: {
      type: 'object',
      properties: { params: { type: 'object', required: ['p'], properties: { p: { type: 'string' } } } },
    },
  },
];
const catalogue: TaskCatalogue = {
  revision: 0,
  find: (type) => TYPES.find((one) => one.type === type),
  types: () => TYPES,
};
const schemas = createSchemaChecker();

/** Faults as `code pointer`, warnings with `?` before them. */
const found = (tasks: Record<string, Json>, rest: JsonObject = {}): { said: string[]; messages: string } => {
  const result = compileWorkflow({ name: 'w', input_schema: INPUT, tasks, ...rest }, { catalogue, schemas });
  const list = result.ok ? result.value.warnings : result.error;
  return {
    said: list.map(({ code, pointer }) => `${result.ok ? '? ' : ''}${code} ${pointer}`),
    messages: list.map(({ message, cure }) => `${message} ${cure}`).join('\n'),
  };
};

/** What is found in one expression that reads the input and a task before it. */
const saysOf = (expression: string): string[] =>
  found({
    first: { type: 'strict/task', input: { n: 1 } },
    choice: { switch: [{ goto: 'other' }] },
    other: { type: 'any/task' },
    a: { type: 'any/task', input: { x: `\${${expression}}` } },
  }).said.map((said) => said.replace(' /tasks/a/input/x', ''));

describe('what must fail is a fault', () => {
  test.each<[string, string]>([
    ['input.nosuch', 'missing_field'],
    ['input.rows[0].nosuch', 'missing_field'],
    ['input["nosuch"]', 'missing_field'],
    ['input.tree.next.next.next.other', 'missing_field'],
    ['tasks.first.output.nosuch', 'missing_field'],
    ['tasks.first.result', 'missing_field'],
    ['tasks.first.error.stack', 'missing_field'],
    ['workflow.owner', 'missing_field'],
    ['{"a": 1}.b', 'missing_field'],
    ['input.name.first', 'wrong_operand'],
    ['input.n.x', 'wrong_operand'],
    ['input.rows.id', 'wrong_operand'],
    ['input.name[0]', 'wrong_operand'],
    ['"n is " + input.n', 'wrong_operand'],
    ['input.name - 1', 'wrong_operand'],
    ['input.n < input.name', 'wrong_operand'],
    ['tasks.first.output.total + tasks.first.output.note', 'wrong_operand'],
    ['input.n.upper()', 'wrong_operand'],
    ['math.round(input.name)', 'wrong_operand'],
    ['input.rows.size() + input.name', 'wrong_operand'],
    ['size(input.n)', 'wrong_operand'],
    ['input.name.map(x, x)', 'wrong_operand'],
    ['input.n.orValue(1)', 'wrong_operand'],
    ['input.?name.upper()', 'expression_syntax'],
    ['input.?name.x + input.?name', 'wrong_operand'],
    ['input.n in input.name', 'wrong_operand'],
    ['-input.name', 'wrong_operand'],
    ['!input.n', 'wrong_operand'],
    ['input.name ? 1 : 2', 'wrong_operand'],
    ['timestamp(now())', 'wrong_operand'],
    ['[input.n, input.nosuch]', 'missing_field'],
    ['{"a": input.nosuch}', 'missing_field'],
    ['has(input.nosuch.x)', 'missing_field'],
    ['input.more.a.upper()', 'wrong_operand'],
    ['input.nosuch == 1', 'missing_field'],
  ])('%s', (expression, code) => {
    expect(saysOf(expression)).toEqual([code]);
  });
});

describe('what may fail, or can not be meant, is a warning', () => {
  test.each<[string, string]>([
    ['input.nick', 'may_be_missing'],
    ['input.maybe.x ', 'wrong_operand'],
    ['input.open.x', 'may_be_missing'],
    ['input.kind == "c"', 'never_equal'],
    ['input.n == "5"', 'never_equal'],
    ['input.?n == 5', 'never_equal'],
    ['tasks.first.status == "done"', 'never_equal'],
    ['tasks.choice.output == "nosuch"', 'never_equal'],
    ['input.n > 1 ? input.nosuch : 1', 'missing_field'],
    ['input.n > 1 && input.nosuch', 'missing_field'],
    ['input.rows.map(r, r.nosuch)', 'missing_field'],
    ['input.rows.filter(r, r.id)', 'wrong_operand'],
    ['input.rows.sortBy(r, r.id.upper())', 'wrong_operand'],
    ['input.?n.orValue(input.nosuch)', 'missing_field'],
  ])('%s', (expression, code) => {
    const said = saysOf(expression);
    const isFault = expression.endsWith(' ');
    expect(said.at(-1)).toBe(isFault ? code : `? ${code}`);
  });

  test('each thing once, with a cure', () => {
    const { messages } = found({ a: { type: 'any/task', input: { x: '${input.open.y + input.open.y}' } } });
    expect(messages.match(/does not name "y"/g)).toHaveLength(1);
    expect(messages).toContain('Known there: x.');
  });
});

describe('what would run is left alone', () => {
  test.each([
    'input.n + 1',
    'input.name + input.kind + string(input.n)',
    'input.level * 2',
    'input.rows.map(r, r.id).sum() + input.rows.size()',
    'input.rows.first().id',
    'input.rows[0].id + input.rows[input.n].id',
    'input.rows.groupBy(r, r.id).keys()',
    'input.?nick.orValue("") + input.name',
    'input.?nosuch',
    'has(input.nosuch) ? 1 : 2',
    'has(input.nick) && input.n > 1',
    'input.dict.anything * 2',
    'input.dict["x"] + 1',
    'input.whatever.x.y[3].z + 1',
    'input.more.a + 1',
    'input.maybe == null ? "" : "x"',
    'coalesce(input.maybe, "x").upper()',
    'input.kind == "a" || input.kind == "b"',
    'tasks.first.output == null',
    'tasks.first.output.total * 2',
    'tasks.first.error == null ? "ok" : "not"',
    'tasks.first.status == "completed"',
    'tasks.choice.output == "other"',
    'tasks.other.output.x.y',
    'execution.metadata.team',
    'timestamp(input.name) > timestamp(now()) - duration("1h")',
    'string(timestamp(input.name).add(input.n, "days"))',
    '(input.n > 1 ? "a" : 1) == 1',
    '[1, "a"][0] + 1',
    'input.tree.next.next.next.next',
    'duration("1s").seconds',
    'math.greatest(input.n, 2) + max([1, 2])',
    'type(input.n) == type(1)',
  ])('%s', (expression) => {
    expect(saysOf(expression).filter((said) => !said.startsWith('? may_be'))).toEqual([]);
  });
});

describe('conditions and inputs', () => {
  test.each<[string, Record<string, Json>, string[]]>([
    ['a condition that is no bool', { a: { type: 'any/task', when: '${input.n}' } }, ['wrong_operand /tasks/a/when']],
    [
      'a branch that is no bool',
      { a: { switch: [{ when: '${input.name}', goto: 'b' }] }, b: { type: 'any/task' } },
      ['wrong_operand /tasks/a/switch/0/when'],
    ],
    [
      'a text for a number',
      { a: { type: 'strict/task', input: { n: '${input.name}' } } },
      ['schema_mismatch /tasks/a/input/n'],
    ],
    [
      'a text with an expression in it for a number',
      { a: { type: 'strict/task', input: { n: '${input.n}!' } } },
      ['schema_mismatch /tasks/a/input/n'],
    ],
    [
      'a value that is not listed',
      { a: { type: 'strict/task', input: { n: '${input.n}', how: 'hurried' } } },
      ['schema_mismatch /tasks/a/input/how'],
    ],
    [
      'a listed value that is not among those wanted',
      { a: { type: 'strict/task', input: { n: 1, how: '${input.kind}' } } },
      ['schema_mismatch /tasks/a/input/how'],
    ],
    [
      'a field too many, and one too few',
      { a: { type: 'strict/task', input: { m: '${input.n}' } } },
      ['schema_mismatch /tasks/a/input', 'schema_mismatch /tasks/a/input/m'],
    ],
    [
      'inside lists and objects',
      { a: { type: 'strict/task', input: { n: 1, tags: ['x', '${input.n}'], at: { x: '${input.name}', y: 1 } } } },
      [
        'schema_mismatch /tasks/a/input/tags/1',
        'schema_mismatch /tasks/a/input/at/y',
        'schema_mismatch /tasks/a/input/at/x',
      ],
    ],
    [
      'parameters of an action',
      { a: { component: 'c', action: 'x', input: { p: '${input.n}' } } },
      ['schema_mismatch /tasks/a/input/p'],
    ],
    ['a secret may be what is wanted', { a: { type: 'strict/task', input: { n: '${secrets.n}' } } }, []],
    ['null or a number may be a number', { a: { type: 'strict/task', input: { n: '${input.?level}' } } }, []],
    [
      'anything goes',
      { a: { type: 'strict/task', input: { n: '${input.whatever}', any: ['${input.n}'] } } },
      ['? may_be_missing /tasks/a/input/n'],
    ],
  ])('%s', (_, tasks, said) => {
    expect(found(tasks).said).toEqual(said);
  });

  test('the output of the workflow', () => {
    const schema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const says = (output: Json): string[] => found({ a: { type: 'any/task' } }, { output, output_schema: schema }).said;
    expect(says({ n: '${input.name}' })).toEqual(['schema_mismatch /output/n']);
    expect(says({ m: '${input.name}' })).toEqual(['schema_mismatch /output']);
    expect(says('${input.rows}')).toEqual(['schema_mismatch /output']);
    expect(says({ n: '${input.n}' })).toEqual([]);
  });
});

describe('schemas that lead nowhere', () => {
  const saysWith = (schema: JsonObject, expression: string): string[] => {
    const document = {
      name: 'w',
      input_schema: schema,
      tasks: { a: { type: 'any/task', input: { x: `\${${expression}}` } } },
    };
    const result = compileWorkflow(document, { catalogue, schemas });
    return (result.ok ? result.value.warnings : result.error).map(({ code }) => code);
  };

  test.each<[string, JsonObject, string, string[]]>([
    ['itself', { $ref: '#' }, 'input.a.b', []],
    [
      'a circle of two',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'input.a',
      ['invalid_schema'],
    ],
    ['anything but an object', { type: ['object', 'null'] }, 'input.a', ['may_be_missing']],
    ['nothing that is known', { anyOf: [{ type: 'string' }, { type: 'object' }] }, 'input.a + 1', []],
    ['an object that says more', { type: 'object', properties: { a: {} }, oneOf: [{}] }, 'input.b', []],
    ['patterns', { type: 'object', patternProperties: { '^x': {} }, additionalProperties: false }, 'input.x1', []],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }] }, 'input[0] + 1', []],
    [
      'another document',
      { type: 'object', properties: { a: { $id: 'https://x/y', type: 'string' } } },
      'input.a - 1',
      ['may_be_missing'],
    ],
    [
      'properties of whatever it is',
      { properties: { a: { type: 'string' } }, required: ['a'] },
      'input.a - 1',
      ['wrong_operand'],
    ],
  ])('%s', (_, schema, expression, said) => {
    expect(saysWith(schema, expression)).toEqual(said);
  });

  test('a schema that branches at each reference is looked at in little time', () => {
    const levels = Object.fromEntries(
      Array.from({ length: 60 }, (_, level) => [
        `l${level}`,
        {
          allOf: [{ $ref: `#/$defs/l${level + 1}` }, { $ref: `#/$defs/l${level + 1}` }],
          properties: { a: { $ref: `#/$defs/l${level + 1}` } },
        },
      ]),
    );
    const schema = { $ref: '#/$defs/l0', $defs: { ...levels, l60: { type: 'object' } } };
    const tasks = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [
        `t${at}`,
        { type: 'any/task', input: { x: `\${input${'.a'.repeat(60)}.b${at}}` } },
      ]),
    );
    const began = process.cpuUsage();
    compileWorkflow(
      { name: 'w', input_schema: schema, tasks },
      { catalogue, schemas: { compile: () => schemas.compile({}) } },
    );
    // Time of this process alone: others may keep the machine busy. Without a bound it would not end.
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(5000);
  });
});
