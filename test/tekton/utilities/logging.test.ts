import { describe, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inContext } from '../../../src/tekton/utilities/context/index.js';
import {
  LOG_FORMATS,
  LOG_LEVELS,
  parseLogFormat,
  parseLogLevel,
} from '../../../src/tekton/utilities/log-line/index.js';
import {
  createLog,
  logFile,
  maskOf,
  secretSettings,
  type Log,
  type LogOptions,
} from '../../../src/tekton/utilities/logging/index.js';

/** A log, and what it wrote. */
const listening = (options: Partial<LogOptions> = {}): { log: Log; lines: string[] } => {
  const lines: string[] = [];
  const sink = { write: (line: string): void => void lines.push(line) };
  return { log: createLog({ component: 'harmonia', sink, ...options }), lines };
};

const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;

describe('the six formats', () => {
  test.each([
    ['compact', `^${TIME} it runs`],
    ['standard', `^${TIME} - harmonia - WARN - it runs`],
    ['detailed', `^${TIME} \\[harmonia\\] \\[WARN\\] engine: it runs`],
    ['debug', `^${TIME} - harmonia - WARN - it runs.* \\[logging\\.test\\.ts:\\d+\\]`],
    ['minimal', '^WARN: it runs'],
  ] as const)('%s', (format, expected) => {
    const { log, lines } = listening({ format });
    inContext({ requestId: 'req-1', executionId: 'exe-1', task: '/each[3]' }, () =>
      log.of('engine').warn('it runs', { count: 3 }),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(expected));
    expect(lines[0]).toContain(' {"count":3} request_id=req-1 execution_id=exe-1 task=/each[3]');
    expect(lines[0]?.endsWith('\n')).toBe(true);
  });

  test('json', () => {
    const { log, lines } = listening({ format: 'json' });
    inContext({ requestId: 'req-1', userId: 'ada', conversationId: 'c1' }, () => log.info('it runs', { count: 3 }));
    const said = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(said).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      ...{ component: 'harmonia', level: 'INFO', module: 'harmonia', message: 'it runs' },
      ...{ request_id: 'req-1', user_id: 'ada', context_id: 'c1', details: { count: 3 } },
    });
    expect(Object.keys(said).slice(0, 5)).toEqual(['timestamp', 'component', 'level', 'module', 'message']);
  });

  test('are read in any case, and nothing else is', () => {
    for (const format of LOG_FORMATS) expect(parseLogFormat(` ${format.toUpperCase()}`)).toBe(format);
    expect([parseLogFormat('pretty'), parseLogFormat('')]).toEqual([undefined, undefined]);
  });
});

describe('levels', () => {
  test('each lets through itself and what is worse', () => {
    const names = LOG_LEVELS.slice(0, -1) as Exclude<(typeof LOG_LEVELS)[number], 'OFF'>[];
    for (const [index, level] of LOG_LEVELS.entries()) {
      const { log, lines } = listening({ level, format: 'minimal' });
      for (const name of names) log[name.toLowerCase() as 'info'](`said at ${name}`);
      expect(lines).toEqual(names.slice(index).map((name) => `${name}: said at ${name}\n`));
      expect(names.filter((name) => log.isOn(name))).toEqual(names.slice(index));
    }
  });

  test('are read in any case, by their Python names too', () => {
    expect(['trace', 'WARNING', 'Critical', 'off', 'loud', 'toString'].map(parseLogLevel)).toEqual([
      ...['TRACE', 'WARN', 'FATAL', 'OFF', undefined, undefined],
    ]);
  });
});

describe('whatever is said', () => {
  const HOSTILE = 'a\n2026-01-01 00:00:00 - harmonia - ERROR - forged\u001b[2J\u2028%s %d \u202e{"x":1}';

  test.each(LOG_FORMATS)('takes one line in the format %s', (format) => {
    const { log, lines } = listening({ format });
    inContext({ requestId: HOSTILE, task: HOSTILE }, () => log.of(HOSTILE).info(HOSTILE, { [HOSTILE]: HOSTILE }));
    const line = lines[0]?.trimEnd() ?? '';
    if (format === 'json') expect([line.includes('\n'), JSON.parse(line)]).toMatchObject([false, { message: HOSTILE }]);
    else expect(line).not.toMatch(/[\n\r\u2028\u202e\p{Cc}]/u);
  });

  test('the stack of an error lies below its line and looks like none', () => {
    const { log, lines } = listening();
    log.error('it broke', new Error('first\n2026-01-01 00:00:00 - harmonia - ERROR - forged'));
    const [first, ...rest] = (lines[0] ?? '').trimEnd().split('\n');
    expect(first).toMatch(/ERROR - it broke$/);
    expect(rest.length).toBeGreaterThan(2);
    for (const line of rest) expect(line).toMatch(/^ {4}\S/);
  });

  test('may be anything', () => {
    const { log, lines } = listening({ format: 'json' });
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    for (const details of [loop, { big: 10n }, { deep: { f: () => 1 } }, { none: undefined }]) log.info('odd', details);
    expect(lines).toHaveLength(4);
  });
});

describe('secrets', () => {
  const mask = maskOf(['s3cr3t-value', 'abc', 'quo"te\\d']);

  test.each(LOG_FORMATS)('stand nowhere in the format %s', (format) => {
    const { log, lines } = listening({ format, mask });
    inContext({ requestId: 'r', task: 's3cr3t-value' }, () => {
      log.info('with s3cr3t-value and quo"te\\d', {
        apiKey: 'hunter22',
        nested: [{ 's3cr3t-value': 'x s3cr3t-value' }],
      });
      log.error('Authorization: Bearer abcdef.123', new Error('at https://ada:hunter22@host/ s3cr3t-value'));
      log.warn('x', {
        'X-Authentication-Token': { payload: 'hunter22' },
        note: 'quo"te\\d',
        jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln',
      });
    });
    const said = lines.join('');
    for (const secret of ['s3cr3t', 'hunter22', 'abcdef', 'quo', 'c2ln']) expect(said).not.toContain(secret);
    expect(said).toContain('***');
  });

  test('too short ones are not masked: they stand everywhere', () => {
    expect(mask('abcd')).toBe('abcd');
  });

  test('settings are secret by their names', () => {
    const environment = {
      ...{ OPENAI_API_KEY: '1', HARMONIA_SECRET_db: '2', RHETOR_AUTH_TOKEN: '3', TEKTON_AUTH_SECRET: '4' },
      ...{ HARMONIA_PORT: '5', TEKTON_LLM_MAX_TOKENS: '6', HARMONIA_CREDENTIALS_KEY_FILE: '7' },
    };
    expect(secretSettings(environment)).toEqual(['1', '2', '3', '4']);
  });
});

describe('where it goes', () => {
  const temporary = async (work: (directory: string) => Promise<void>): Promise<void> => {
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-log-'));
    await work(directory).finally(() => rm(directory, { recursive: true }));
  };

  test('a file is put aside when it is full, and only so many are kept', () =>
    temporary(async (directory) => {
      const file = logFile(join(directory, 'deep/x.log'), { maxBytes: 10, kept: 2 });
      for (const line of ['first\n', 'second\n', 'third\n', 'fourth\n']) file.write(line);
      const kept = join(directory, 'deep');
      expect((await readdir(kept)).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2']);
      expect(await readFile(join(kept, 'x.log'), 'utf8')).toBe('fourth\n');
      expect(await readFile(join(kept, 'x.log.2'), 'utf8')).toBe('second\n');
    }));

  test('a file that can not be written troubles nobody', () => {
    const inAFile = join(import.meta.filename, 'x.log');
    expect(() => logFile(inAFile).write('x\n')).not.toThrow();
  });

  // Built: a child of plain Node.
  const DOOR = new URL('../../../dist/tekton/utilities/index.js', import.meta.url).href;
  const program = (file: string): string => `
    import { createLog, logFile, standardOutput, surviveClosedStreams } from ${JSON.stringify(DOOR)};
    const log = createLog({ component: 'x', format: 'minimal', sink: standardOutput(logFile(${JSON.stringify(file)})) });
    log.info('first');
    process.on('message', (what) => {
      log.info(what); console.log(what); console.error(what);
      setImmediate(() => process.send(what, () => what === 'end' && process.disconnect()));
    });`;

  test('a process whose pipes are closed lives on, and goes on in the file', () =>
    temporary(async (directory) => {
      const file = join(directory, 'x.log');
      const child = spawn(process.execPath, ['--input-type=module', '-e', program(file)], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      const [first] = (await once(child.stdout as never, 'data')) as [Buffer];
      expect(first.toString()).toBe('INFO: first\n');
      // As the launcher does when it ends.
      child.stdout?.destroy();
      child.stderr?.destroy();
      for (const word of ['second', 'third', 'end']) {
        child.send(word);
        await once(child, 'message');
      }
      expect(await once(child, 'exit')).toEqual([0, null]);
      expect(await readFile(file, 'utf8')).toBe('INFO: second\nINFO: third\nINFO: end\n');
    }));

  test('a reader that has stopped reading holds nobody up', async () => {
    const flood = `
      import { createLog } from ${JSON.stringify(DOOR)};
      const log = createLog({ component: 'x' });
      for (let n = 0; n < 300; n++) log.info('x'.repeat(50_000));
      process.stderr.write(process.stdout.writableLength < 5 * 2 ** 20 ? 'bounded' : 'unbounded', () => process.exit(0));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', flood], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said] = (await once(child.stderr as never, 'data')) as [Buffer];
    expect([said.toString(), await once(child, 'exit')]).toEqual(['bounded', [0, null]]);
  });

  test('without a launcher everything is printed', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      `
      import { createLog } from ${JSON.stringify(DOOR)};
      const log = createLog({ component: 'x', format: 'minimal' });
      for (let n = 0; n < 1000; n++) log.info('line ' + n);`,
    ]);
    expect(stdout.split('\n')).toHaveLength(1001);
  });
});
