import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '../../src/engine/core/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { diagnose } from '../../src/llm/assistants/diagnose/diagnose-execution.js';
import { runRecordOf } from '../../src/llm/assistants/diagnose/run-record.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { studyOf } from '../../src/llm/optimizer/rules/index.js';
import { noHistory } from '../../src/llm/optimizer/simulate/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { catalogue, CoreWorld, task } from '../world/core-world.js';

/* Failures as the engine's own core records them, and what is said about each. */

const surroundings = { catalogue, schemas: createSchemaChecker() };
const EXECUTION = '00000000-0000-4000-8000-000000000001';

interface Cause {
  readonly code: string;
  readonly step: string | null;
  readonly text: string;
  readonly evidence: readonly { readonly seq: number | null; readonly step: string | null; readonly text: string }[];
  readonly fixes: readonly { readonly is: string; readonly command: string | null; readonly plan: JsonObject | null }[];
}

const world = (tasks: JsonObject, input: Json = {}, rest: JsonObject = {}): CoreWorld =>
  new CoreWorld({ name: 'w', tasks, ...rest }, input);

const causesOf = ({ compiled, events, now }: CoreWorld): readonly Cause[] => {
  const journal = events.map((event, index): RecordedEvent => ({ seq: index + 1, event }));
  const definitions = new Map([['d', compiled]]);
  const record = runRecordOf(compiled, definitions, journal);
  const about = { execution: EXECUTION, workflow: EXECUTION, now, definitions, record, facts: NO_FACTS };
  const subject = { study: studyOf(compiled, NO_FACTS), surroundings };
  return diagnose({ ...about, history: noHistory(), destinations: [], subject }).causes as unknown as readonly Cause[];
};

const commands = ({ fixes }: Cause): string[] => fixes.flatMap(({ command }) => command ?? []);
const words = (causes: readonly Cause[]): string[] => causes.map(({ code, step }) => `${code} ${step ?? ''}`.trim());

describe('what failed', () => {
  test('a task, after all its attempts', () => {
    const failing = world({ a: task({ retry_policy: { max_retries: 1, initial_delay: 1, jitter: 0 } }), b: task() });
    failing.run('/b').begin('/a');
    failing.fail('/a', 'transient', 'busy');
    failing.advance(2000).begin('/a');
    failing.fail('/a', 'transient', 'busy');
    const [cause] = causesOf(failing);
    expect(cause).toMatchObject({
      code: 'busy',
      step: '/a',
      text: expect.stringMatching(/^All 2 attempts/) as unknown as string,
    });
    expect(cause?.evidence.map(({ text }) => text.slice(0, 16))).toEqual(['attempt 1 failed', 'attempt 2 failed']);
    // Evidence names events that are there.
    for (const { seq } of cause?.evidence ?? []) expect(failing.events[(seq ?? 0) - 1]).toMatchObject({ step: '/a' });
    expect(commands(cause as Cause)).toEqual([
      `harmonia execution retry ${EXECUTION}`,
      `harmonia execution skip ${EXECUTION} '/a'`,
    ]);
    expect(cause?.fixes[0]?.plan).toMatchObject({ kept: 1, reset: ['/a'] });
  });

  test('a step deep in constructs, not the constructs around it', () => {
    const failing = world({ g: { tasks: { each: { map: { over: [1, 2], as: 'it' }, tasks: { x: task() } } } } });
    failing.begin('/g/each[0]/x', '/g/each[1]/x');
    failing.finish('/g/each[0]/x');
    failing.fail('/g/each[1]/x', 'fatal', 'broken');
    expect(words(causesOf(failing))).toEqual(['broken /g/each[1]/x']);
  });

  test('several, the first that happened first', () => {
    const failing = world({ a: task(), b: task() }).begin('/a', '/b');
    failing.fail('/b', 'fatal', 'first');
    failing.fail('/a', 'fatal', 'second');
    expect(words(causesOf(failing))).toEqual(['first /b', 'second /a']);
  });

  test('an expression that reads what gave nothing', () => {
    const tasks = {
      a: task({ when: '${input.on}' }),
      b: task({ depends_on: ['a'], input: { n: '${tasks.a.output.n}' } }),
    };
    const failing = world(tasks, { on: false });
    failing.begin('/b');
    const [cause] = causesOf(failing);
    expect(cause).toMatchObject({
      code: 'expression_error',
      step: '/b',
      text: expect.stringContaining('/a') as unknown as string,
    });
    expect(cause?.evidence.at(-1)).toMatchObject({ step: '/a', text: 'its output is null: it is skipped' });
    expect(cause?.fixes[0]).toMatchObject({ is: 'advice', pointer: '/tasks/b/input/n' });
  });

  test('an attempt that took too long: the limit can be raised, as a change that passes the gates', () => {
    const failing = world({ a: task({ timeout: 5 }) })
      .begin('/a')
      .advance(5000);
    failing.send({ is: 'expire', step: '/a', generation: 1, attempt: 1 });
    const [cause] = causesOf(failing);
    expect(cause?.code).toBe('timeout');
    expect(cause?.fixes).toContainEqual(
      expect.objectContaining({
        is: 'change',
        level: 'policy-change',
        ops: [{ op: 'set_timeout', task: '/a', seconds: 10 }],
      }),
    );
  });

  test.each(['credential_missing', 'secret_missing', 'task_type_unknown', 'component_not_found'])(
    'something that is missing: %s',
    (code) => {
      const failing = world({ a: task() }).begin('/a');
      failing.fail('/a', 'fatal', code);
      const [cause] = causesOf(failing);
      expect(cause?.code).toBe(code);
      expect(cause?.fixes.map(({ is }) => is)).toEqual(['advice', 'operation']);
    },
  );

  test('a write is never offered to be tried again by itself', () => {
    const failing = world({ a: task() }).begin('/a');
    failing.fail('/a', 'transient', 'busy');
    expect(causesOf(failing)[0]?.fixes.map(({ is }) => is)).toEqual(['operation', 'operation']);
  });

  test('a loop at its limit', () => {
    const failing = world({ l: { loop: { while: true, max_iterations: 1 }, tasks: { a: task() } } }).run('/l[0]/a');
    expect(words(causesOf(failing))).toEqual(['loop_limit /l']);
  });
});

describe('what stands', () => {
  test('a wait for an approval, and how to give it', () => {
    const [cause] = causesOf(world({ ok: { approval: { by: ['ops'] } } }));
    expect(cause).toMatchObject({ code: 'waits_for_approval', step: '/ok' });
    expect(commands(cause as Cause)).toEqual([`harmonia execution approve ${EXECUTION} /ok`]);
  });

  test('a wait for an event', () => {
    const [cause] = causesOf(world({ e: { event: { name: 'order.paid' } } }));
    expect(commands(cause as Cause)).toEqual([`harmonia execution signal ${EXECUTION} order.paid`]);
  });

  test('a pause, an attempt that backs off, a step without a slot', () => {
    const waiting = world({ a: task({ retry_policy: { max_retries: 3 } }), b: task() }).begin('/a');
    waiting.fail('/a', 'transient', 'busy');
    expect(words(causesOf(waiting))).toEqual(['retrying /a', 'queued /b']);
    waiting.send({ is: 'pause' });
    expect(words(causesOf(waiting))).toEqual(['paused', 'retrying /a']);
  });

  test('what completed has no causes', () => {
    expect(causesOf(world({ a: task() }).run('/a'))).toEqual([]);
  });

  test('what was canceled says so', () => {
    const canceled = world({ a: task() });
    canceled.send({ is: 'cancel', reason: 'enough' });
    const [cause] = causesOf(canceled);
    expect(cause).toMatchObject({ code: 'canceled', text: 'It was canceled: enough.' });
    expect(commands(cause as Cause)).toEqual([`harmonia execution resume ${EXECUTION}`]);
  });
});
