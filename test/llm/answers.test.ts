import { describe, expect, test } from '@jest/globals';
import { extractJson } from '../../src/llm/tekton-llm-client/answer/extract-json.js';
import { jsonLines, JsonLineReader, type JsonLine } from '../../src/llm/tekton-llm-client/answer/json-lines.js';
import { leakedError } from '../../src/llm/tekton-llm-client/answer/leaked-error.js';
import { spokenReason } from '../../src/llm/tekton-llm-client/answer/spoken-reason.js';
import { estimateTokens } from '../../src/llm/tekton-llm-client/answer/token-estimate.js';
import { proposalsIn } from '../../src/llm/optimizer/proposer/index.js';
import { Chance } from '../../src/simulation/index.js';
import { canonicalJson, type Json } from '../../src/kernel/index.js';
import { seedOf } from '../world/random.js';
import { recordedAnswers } from './corpus/recorded-answers.js';

const values = (text: string): readonly Json[] | string => {
  const found = extractJson(text);
  return found.is === 'values' ? found.values : found.is;
};

describe('JSON in what a model wrote', () => {
  test.each<[string, string, readonly Json[]]>([
    ['alone', '{"a":1}', [{ a: 1 }]],
    ['with a byte order mark', '\uFEFF{"a":1}', [{ a: 1 }]],
    ['a scalar', '42', [42]],
    ['in prose', 'Sure! {"a":1} Anything else?', [{ a: 1 }]],
    ['with braces in its strings', 'Here: {"a":"x } y {"} done', [{ a: 'x } y {' }]],
    ['with escaped quotes', 'Here: {"a":"\\"}"} done', [{ a: '"}' }]],
    ['an array in prose, not its first object', 'List: [{"a":1},{"a":2}] ok', [[{ a: 1 }, { a: 2 }]]],
    ['two objects are two', '{"a":1}\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['the same twice is one', 'So {"a":1}. Again: { "a": 1 }', [{ a: 1 }]],
    ['fenced', 'Take this:\n```json\n{"a":1}\n```\nBye', [{ a: 1 }]],
    ['fenced, with an example in the prose', 'Like {"x":0} but:\n```\n{"a":1}\n```', [{ a: 1 }]],
    ['a fence that stays open', '```json\n{"a":1}', [{ a: 1 }]],
    ['after thoughts', '<think>{"no":1}</think>{"a":1}', [{ a: 1 }]],
    ['beside brackets of prose', 'As said [see above the answer is {"a":1}', [{ a: 1 }]],
    ['beside a smiley', ':-{ well... {"a":1} :-}', [{ a: 1 }]],
    ['with a trailing comma', '{"a":1,"b":[1,2,],}', [{ a: 1, b: [1, 2] }]],
    ['with single quotes', "{'a': 'it is'}", [{ a: 'it is' }]],
    ['with names without quotes', '{a: 1, b: true}', [{ a: 1, b: true }]],
    ['with comments', '{"a": 1 /* one */, // more\n"b": 2}', [{ a: 1, b: 2 }]],
    ['as Python prints it', "{'a': True, 'b': None}", [{ a: true, b: null }]],
    ['what looks like a mistake inside a string stays', '{"a":"x,}","b":"{c: 1,}",}', [{ a: 'x,}', b: '{c: 1,}' }]],
    ['with quotes that are not escaped', '{"a": "he said "hi" twice"}', [{ a: 'he said "hi" twice' }]],
  ])('%s', (_name, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  test.each<[string, string, Json | undefined]>([
    ['inside an object', '{"a":1,"b":', { a: 1, b: null }],
    ['inside a string', '{"a":"hel', { a: 'hel' }],
    ['inside a nested array', 'So: {"ops":[{"op":"x"},{"op":"y', { ops: [{ op: 'x' }, { op: 'y' }] }],
    ['inside a fence', '```json\n{"a":[1,2', { a: [1, 2] }],
    ['after an example', 'Like {"a":0}. Here: {"a":1,"b":[', { a: 1, b: [] }],
    ['inside an array', '[{"a":1},{"a":', [{ a: 1 }, { a: null }]],
  ])('cut %s: an error, with what could be read', (_name, text, partial) => {
    expect(extractJson(text)).toEqual({ is: 'cut', partial });
  });

  test.each([
    ['prose', 'I would rather not.'],
    ['nothing', '  '],
    ['brackets of prose', 'f(x) = [see above'],
    ['a number that JSON cannot say', '{"a":1e999}'],
    ['a depth that would overflow the stack', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ])('%s is none', (_name, text) => {
    expect(extractJson(text).is).toBe('nothing');
  });

  test('hostile texts take linear time', () => {
    const size = 200_000;
    for (const piece of ['{', '[', '{"', '{"a":', '[{', '}{', '["', '```\n', "{'", '\\"', '{"a":"\\', '<think>'])
      expect(['cut', 'nothing', 'values']).toContain(extractJson(piece.repeat(size / piece.length)).is);
  });

  test('whatever is done to an answer, it is classified, and what is whole is found whole', () => {
    const seed = seedOf('garbled answers');
    const chance = new Chance(seed);
    const corpus: readonly Json[] = [
      {
        ops: [
          { op: 'drop-edge', from: 'T1', to: 'T2' },
          { op: 'cache', task: 'T3', ttl: 60 },
        ],
      },
      { text: 'quotes " and } braces { and \\ and \n lines', n: [1, -2.5, 1e9, true, null] },
      [{ a: [] }, { b: {} }, 'ü 中 🎉'],
    ];
    const wraps: readonly ((text: string) => string)[] = [
      (text) => text,
      (text) => `Sure, here it is:\n\n${text}\n\nLet me know (or not).`,
      (text) => `\`\`\`json\n${text}\n\`\`\``,
      (text) => `<think>maybe {"x": 1}?</think>\n${text}`,
    ];
    for (let round = 0; round < 3000; round++) {
      const value = corpus[chance.below(corpus.length)] as Json;
      const wrap = wraps[chance.below(wraps.length)] as (text: string) => string;
      const text = wrap(JSON.stringify(value, null, chance.below(2) * 2));
      const whole = extractJson(text);
      expect(whole.is === 'values' && whole.values.map(canonicalJson)).toEqual([canonicalJson(value)]);
      const at = chance.below(text.length);
      const garbled = [
        text.slice(0, at),
        text.slice(0, at) + text.slice(at + 1),
        text.slice(0, at) + '"{}[]:,\\\u0000x'.charAt(chance.below(10)) + text.slice(at),
        text.slice(at) + text.slice(0, at),
      ];
      for (const one of garbled) expect(['values', 'cut', 'nothing']).toContain(extractJson(one).is);
    }
  });
});

describe('one JSON value a line', () => {
  const linesOf = (pieces: readonly string[]): JsonLine[] => {
    const reader = new JsonLineReader();
    return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  };

  test('each line is given as soon as it is complete', () => {
    const reader = new JsonLineReader();
    expect(reader.push('{"a":1}')).toEqual([]);
    expect(reader.push('\n{"a"')).toEqual([{ is: 'value', value: { a: 1 } }]);
    expect(reader.push(':2}\n')).toEqual([{ is: 'value', value: { a: 2 } }]);
    expect(reader.end()).toEqual([]);
  });

  test('a cut answer yields its complete lines', () => {
    expect(linesOf(['{"a":1}\n{"a":2}\n{"a":', '3'])).toEqual([
      { is: 'value', value: { a: 1 } },
      { is: 'value', value: { a: 2 } },
      { is: 'cut', text: '{"a":3' },
    ]);
  });

  test('a last line without its end counts when it is whole', () => {
    expect(linesOf(['{"a":1}'])).toEqual([{ is: 'value', value: { a: 1 } }]);
  });

  test('fences, brackets and commas around lines are read over; prose is garbage', () => {
    expect(linesOf(['```json\r\n[\r\n{"a":1},\r\n{"a":2}\r\n]\r\n```\r\nDone.'])).toEqual([
      { is: 'value', value: { a: 1 } },
      { is: 'value', value: { a: 2 } },
      { is: 'garbage', text: 'Done.' },
    ]);
  });

  test.each<[string, string, readonly Json[]]>([
    ['over several lines', '{\n  "a": [\n    1\n  ]\n}\n{"b":2}', [{ a: [1] }, { b: 2 }]],
    ['a list on one line', '[{"a":1},{"a":2}]', [[{ a: 1 }, { a: 2 }]]],
    ['a list that opens on the first line', '[{"a":1},\n{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['behind a number', '1. {"a":1}\n2. `{"a":2}`', [{ a: 1 }, { a: 2 }]],
    ['two on a line', '{"a":1} {"a":2}', [{ a: 1 }, { a: 2 }]],
    ['as Python prints it', "{'a': True, 'b': None}", [{ a: true, b: null }]],
    ['behind a line that breaks off', '{"a":[{"b":\n{"c":3}\n', [{ c: 3 }]],
    ['behind thoughts', '<think>\n{"no":1}\n</think>\n{"a":1}', [{ a: 1 }]],
    ['behind thoughts that nobody opened', 'hm {\n</think>{"a":1}', [{ a: 1 }]],
    ['in thoughts without an end', '<think>\n{"no":1}\n', []],
  ])('%s', (_, text, expected) => {
    expect(linesOf([text]).flatMap((line) => (line.is === 'value' ? [line.value] : []))).toEqual(expected);
  });

  test('a value that ends amid its lines is cut', () => {
    expect(linesOf(['{"a":1}\n{\n  "a": [\n'])).toEqual([
      { is: 'value', value: { a: 1 } },
      { is: 'cut', text: '{\n  "a": [' },
    ]);
  });

  test('hostile texts are read in their length, not in its square', () => {
    const size = 200_000;
    for (const piece of ['[', '{', '{"a":', '[{', '{"a":"\\', "{'a':", '[1,', '{\n', '[\n', 'x{ ', '<think>', '}'])
      expect(linesOf([piece.repeat(size / piece.length), '\n'.repeat(1000)]).length).toBeLessThan(size);
  });

  test('a line without end is garbage, bounded, and the next one is read', () => {
    const [long, next] = linesOf([`{"a":"${'x'.repeat(200_000)}"}\n{"b":1}\n`]);
    expect(long).toMatchObject({ is: 'garbage' });
    expect(JSON.stringify(long).length).toBeLessThan(1000);
    expect(next).toEqual({ is: 'value', value: { b: 1 } });
  });

  test('however the text is cut into pieces, the lines are the same', async () => {
    const chance = new Chance(seedOf('pieces of lines'));
    const text = Array.from({ length: 40 }, (_, n) => JSON.stringify({ n, text: 'ü🎉 "x" \\' })).join('\n');
    const whole = linesOf([text]);
    for (let round = 0; round < 200; round++) {
      const pieces: string[] = [];
      for (let at = 0; at < text.length;) pieces.push(text.slice(at, (at += 1 + chance.below(30))));
      const source = async function* (): AsyncGenerator<string> {
        for (const piece of pieces) yield await Promise.resolve(piece);
      };
      const read: JsonLine[] = [];
      for await (const line of jsonLines(source())) read.push(line);
      expect(read).toEqual(whole);
    }
  });
});

describe('answers in the shapes that models give', () => {
  const answers = recordedAnswers();

  test('of what they say most is read, and nothing that was only thought', () => {
    expect(answers.length).toBeGreaterThanOrEqual(300);
    const tally = { said: 0, read: 0 };
    for (const { name, text, said } of answers) {
      const reader = new JsonLineReader();
      const lines = [...reader.push(text), ...reader.end()];
      const values = lines.flatMap((line) => (line.is === 'value' ? proposalsIn(line.value) : []));
      const found = new Set(values.map(canonicalJson));
      const read = said.filter((line) => found.has(canonicalJson(line as Json)));
      tally.said += said.length;
      tally.read += read.length;
      if (name.startsWith('asked')) expect([name, read.length]).toEqual([name, said.length]);
      if (name.startsWith('thinking')) expect([name, found.size]).toEqual([name, said.length]);
    }
    expect(tally.read / tally.said).toBeGreaterThan(0.95);
  });

  test.each<[string, Json, readonly Json[]]>([
    ['a line', { ops: [{ op: 'x' }] }, [{ ops: [{ op: 'x' }] }]],
    ['an empty list says that there is nothing', [], []],
    [
      'nothing else is taken for a line',
      { name: 'w', tasks: { a: { type: 't' } } },
      [{ name: 'w', tasks: { a: { type: 't' } } }],
    ],
    ['too deep to be meant', [[[[[[[{ op: 'x' }]]]]]]], [[[[[[[[{ op: 'x' }]]]]]]]]],
  ])('%s', (_, value, lines) => {
    expect(proposalsIn(value)).toEqual(lines);
  });
});

test.each([
  ["{'error': 'x', 'type': 'y'}", true],
  ['{"error":"x"}', true],
  ['{"error":"x","ai_id":"numa-ai","success":false}', true],
  ['Error: no route', true],
  ['ERROR: unknown variable', true],
  ['Traceback (most recent call last):', true],
  ['{"error":null,"success":true}', false],
  ['{"error":"x","workflow":{"name":"w"}}', false],
  ['Errors are a part of life.', false],
  ['The error: none.', false],
  ['{"ops":[]}', false],
])('%s is an error in disguise: %s', (text, expected) => {
  expect(leakedError(text) !== undefined).toBe(expected);
});

describe('what strangers say', () => {
  test('is shown without what we sent as a secret, and without what looks like one', () => {
    const said = 'Bad key s3cret-token (Bearer abcdef123456, sk-live_abcdefgh) at https://user:pw@host/v1\u0000\nmore';
    const shown = spokenReason(said, ['s3cret-token']);
    expect(shown).not.toMatch(/s3cret|abcdef|sk-live|user:pw|\n/);
    expect(shown).toContain('https://[secret]host/v1');
  });

  test('is cut after it was masked', () => {
    expect(spokenReason(`${'x'.repeat(295)}s3cret-token`, ['s3cret-token'])).not.toContain('s3cre');
  });
});

describe('tokens', () => {
  // Counted with o200k_base of js-tiktoken 1.0.21, which is too slow to be counted with here.
  test.each([
    ['English', 'the quick brown fox jumps over the lazy dog. '.repeat(100), 1001],
    [
      'JSON',
      JSON.stringify(
        Array.from({ length: 300 }, (_, i) => ({
          id: `task_${i}`,
          duration: i * 1.7331,
          ok: i % 2 === 0,
          to: [i + 1, i + 2],
        })),
      ),
      7446,
    ],
    ['Chinese', '工作流引擎会在崩溃后继续运行，任何已确认的内容都不会丢失。'.repeat(60), 1560],
  ])('%s is guessed within a fifth', (_name, text, tokens) => {
    expect(estimateTokens(text) / tokens).toBeGreaterThan(0.8);
    expect(estimateTokens(text) / tokens).toBeLessThan(1.2);
  });

  test('of a text that stops tokenisers are guessed at once', () => {
    expect(estimateTokens('a'.repeat(1_000_000))).toBeGreaterThan(100_000);
  });
});
