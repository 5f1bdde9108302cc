import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config/index.js';
import { gather, Settings, wrong, WrongSettings } from '../../../src/tekton/utilities/settings/index.js';

const settings = new Settings({
  ...{ A_PORT: '8014', A_RATIO: '0.5', A_MANY: 'many', A_BLANK: ' ', A_EMPTY: '', A_ON: 'Yes', A_OFF: 'off' },
  ...{ A_PERHAPS: 'perhaps', A_LIST: ' a, b,,c ', A_MODE: 'FAST', A_SECRET_db: 'x', A_SECRET_: 'y' },
});
const bounds = { min: 1, max: 100, otherwise: 7 };

test('settings are read as what they are, or are what they usually are', () => {
  expect([settings.text('A_PORT'), settings.text('A_EMPTY'), settings.text('NO')]).toEqual([
    '8014',
    undefined,
    undefined,
  ]);
  expect([settings.first('NO', 'A_PORT', 'A_ON'), settings.first('NO', 'A_EMPTY')]).toEqual(['A_PORT', 'A_EMPTY']);
  expect([settings.number('A_RATIO', { ...bounds, min: 0 }), settings.whole('NO', bounds)]).toEqual([0.5, 7]);
  expect([settings.flag('A_ON', false), settings.flag('A_OFF', true), settings.flag('NO', true)]).toEqual([
    ...[true, false, true],
  ]);
  expect([settings.list('A_LIST'), settings.list('NO')]).toEqual([['a', 'b', 'c'], []]);
  expect([settings.choice('A_MODE', ['fast', 'slow'], 'slow'), settings.choice('NO', ['fast'], 'fast')]).toEqual([
    ...['fast', 'fast'],
  ]);
  expect(settings.below('A_SECRET_')).toEqual({ db: 'x' });
});

test.each<[string, () => unknown, string]>([
  ['a word for a number', () => settings.number('A_MANY', bounds), '"many" is no number from 1 to 100'],
  ['a blank for a number', () => settings.number('A_BLANK', { ...bounds, min: 0 }), '" " is no number from 0 to 100'],
  ['a number that is too large', () => settings.number('A_PORT', bounds), '"8014" is no number from 1 to 100'],
  ['a part of a number', () => settings.whole('A_RATIO', { ...bounds, min: 0 }), '0.5 is no whole number'],
  ['no yes and no no', () => settings.flag('A_PERHAPS', true), '"perhaps" is neither true nor false'],
  [
    'none of the choices',
    () => settings.choice('A_MODE', ['slow', 'slower'], 'slow'),
    '"fast" is none of slow, slower',
  ],
])('%s is wrong', (_what, read, reason) => {
  expect(read).toThrow(expect.objectContaining({ problems: [{ setting: expect.any(String) as never, reason }] }));
});

describe('gathering', () => {
  test('reads all, and tells of all that is wrong, each once', () => {
    const port = (): number => settings.whole('A_PORT', bounds);
    const read = (): unknown =>
      gather({
        port,
        name: () => 'x',
        inner: () =>
          gather({
            again: port,
            mode: () => settings.flag('A_PERHAPS', true),
          }),
      });
    expect(read).toThrow(WrongSettings);
    expect(read).toThrow(
      /^The configuration has 2 problem\(s\):\n {2}A_PORT: "8014" is no .*\n {2}A_PERHAPS: "perhaps" is neither/,
    );
    expect(gather({ a: () => 1, b: () => undefined })).toEqual({ a: 1, b: undefined });
  });

  test('passes on what is no fault of a setting', () => {
    const bug = new TypeError('x is not a function');
    expect(() =>
      gather({
        a: () => {
          throw wrong('A', 'b');
        },
        b: () => {
          throw bug;
        },
      }),
    ).toThrow(bug);
  });
});

test("Harmonia's own configuration says everything that is wrong with it, and no secret", () => {
  const environment = {
    ...{ HARMONIA_PORT: '70000', HARMONIA_MAX_TASKS: 'all', HARMONIA_LIMITS: 'http', HARMONIA_AUTH: 'maybe' },
    ...{ TEKTON_LLM_MODE: 'auto', TEKTON_LLM_TIMEOUT: '0', OPENAI_API_KEY: 'canary canary', HERMES_URL: 'x' },
    ...{ HARMONIA_ALLOW_UNAUTHENTICATED: 'ja', HARMONIA_API_KEYS: 'a:b:c:d:canary', HARMONIA_LOG_LEVEL: 'loud' },
    ...{ HARMONIA_SHUTDOWN_TOKEN: 'canary', HARMONIA_RETENTION_DAYS: '-1', HARMONIA_INBOX_DAYS: '0' },
  };
  let message = '';
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_configuration', params: { name: 'HARMONIA_PORT' } });
    ({ message } = error as Error);
  }
  const names = [...message.matchAll(/^Setting (\w+) is wrong: .+\.$/gm)].map(([, name]) => name);
  expect(names.sort()).toEqual(
    [
      ...['HARMONIA_PORT', 'HARMONIA_MAX_TASKS', 'HARMONIA_LIMITS', 'TEKTON_LLM_TIMEOUT', 'OPENAI_API_KEY'],
      ...[
        'HERMES_URL',
        'HARMONIA_API_KEYS',
        'HARMONIA_AUTH',
        'HARMONIA_ALLOW_UNAUTHENTICATED',
        'HARMONIA_LOG_LEVEL',
        'HARMONIA_SHUTDOWN_TOKEN',
      ],
      ...['HARMONIA_RETENTION_DAYS', 'HARMONIA_INBOX_DAYS'],
    ].sort(),
  );
  expect(message).not.toContain('canary');
});
