import { describe, expect, test } from '@jest/globals';
import { plainWords, scrubbed } from '../../src/llm/untrusted/index.js';

describe('what may be told of a text', () => {
  test.each([
    ['password=hunter2 and more', 'password=[secret] and more'],
    ['{"api_key": "abc def", "n": 1}', '{"api_key": [secret], "n": 1}'],
    ["token: 'x y'", 'token: [secret]'],
    ['Authorization: Bearer abcdefgh', 'Authorization: [secret]'],
    ['sent Bearer abcdefghij to it', 'sent [secret] to it'],
    ['key sk-live-123456789 refused', 'key [secret] refused'],
    ['https://ann:pw@host.example/a?k=v#f is down', 'https://host.example/a is down'],
    ['reads ${env.HOME} and ${env.X', 'reads [secret] and [secret]'],
    ['id q7Zt91LmXw0PpR4sVb2K failed', 'id [secret] failed'],
    ['run 0191f7c2-aaaa-7bbb-8ccc-0123456789ab ended', 'run 0191f7c2-aaaa-7bbb-8ccc-0123456789ab ended'],
    ['-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- x', '[secret] x'],
    ['The attempt took longer than 30 s.\n\u202eok', 'The attempt took longer than 30 s. ok'],
    ['internationalization_of_everything', 'internationalization_of_everything'],
  ])('%j', (text, told) => {
    expect(scrubbed(text, 200)).toBe(told);
  });

  test('is cut after it was scrubbed', () => {
    expect(scrubbed(`${'a '.repeat(10)}password=hunter2`, 35)).toBe(`${'a '.repeat(10)}password=[secre…`);
  });

  test('is read in linear time', () => {
    for (const text of [
      'token'.repeat(20_000),
      'eyJ'.repeat(30_000),
      '://'.repeat(30_000),
      '-----BEGIN A'.repeat(8000),
    ])
      expect(scrubbed(text, 100).length).toBeLessThanOrEqual(101);
  });
});

test('lines stay where they are wanted', () => {
  expect(plainWords('One.\r\n\r\n<b>Two.</b>\n', { longest: 100, lines: true })).toBe('One.\nTwo.');
  expect(plainWords('One.\nTwo.', { longest: 100 })).toBe('One. Two.');
});
