import { describe, expect, test } from '@jest/globals';
import {
  compileWorkflow,
  type CompiledWorkflow,
  type Surroundings,
  type TaskType,
} from '../../src/engine/core/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld } from '../world/core-world.js';

const TYPES: readonly TaskType[] = [
  {
    type: 'travel/book',
    description: '',
    effects: 'write',
    heartbeat: 20,
    credentials: { account: { types: ['basic', 'bearer'] }, proxy: { types: ['basic'], optional: true } },
    compensate: { type: 'travel/cancel', input: { id: '${output.id}' } },
  },
  { type: 'travel/cancel', description: '', effects: 'idempotent' },
  { type: 'travel/free', description: '', effects: 'write' },
];
const KINDS: Readonly<Record<string, string>> = { mine: 'bearer', ours: 'basic', key: 'hmac' };
const surroundings: Surroundings = {
  schemas: createSchemaChecker(),
  catalogue: { revision: 0, find: (type) => TYPES.find((known) => known.type === type), types: () => TYPES },
  credentials: { typeOf: (name) => (Object.hasOwn(KINDS, name) ? KINDS[name] : undefined) },
};

const compiled = (tasks: Record<string, Json>, more: Partial<Surroundings> = {}): CompiledWorkflow => {
  const accepted = compileWorkflow({ name: 'w', tasks }, { ...surroundings, ...more });
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.error));
  return accepted.value.compiled;
};
const faultsOf = (tasks: Record<string, Json>, more: Partial<Surroundings> = {}): string[] => {
  const accepted = compileWorkflow({ name: 'w', tasks }, { ...surroundings, ...more });
  return accepted.ok ? [] : accepted.error.map(({ code, pointer }) => `${code} ${pointer}`);
};
const book = (more: Record<string, Json> = {}): Record<string, Json> => ({
  type: 'travel/book',
  credentials: { account: 'mine' },
  ...more,
});

describe('credentials of a task', () => {
  test.each<[string, Record<string, Json>, string[]]>([
    ['one that fits', book(), []],
    ['one for an optional place, too', book({ credentials: { account: 'ours', proxy: 'ours' } }), []],
    ['a needed one is missing', { type: 'travel/book' }, ['credential_slot_empty /tasks/a']],
    [
      'there is none of that name',
      book({ credentials: { account: 'x' } }),
      ['credential_unknown /tasks/a/credentials/account'],
    ],
    [
      'of a name of Object',
      book({ credentials: { account: 'toString' } }),
      ['credential_unknown /tasks/a/credentials/account'],
    ],
    ['of another kind', book({ credentials: { account: 'key' } }), ['credential_type /tasks/a/credentials/account']],
    [
      'for a place that the type has not',
      book({ credentials: { account: 'mine', other: 'mine', constructor: 'mine' } }),
      [
        'unknown_credential_slot /tasks/a/credentials/other',
        'unknown_credential_slot /tasks/a/credentials/constructor',
      ],
    ],
    [
      'on a type without any',
      { type: 'travel/free', credentials: { x: 'mine' } },
      ['unknown_credential_slot /tasks/a/credentials/x'],
    ],
    ['no name', book({ credentials: { account: 7 } }), ['wrong_type /tasks/a/credentials/account']],
    ['no object', book({ credentials: 'mine' }), ['wrong_type /tasks/a/credentials', 'credential_slot_empty /tasks/a']],
    [
      'on a group',
      { tasks: {}, credentials: {} },
      ['field_not_here /tasks/a/credentials', 'empty_body /tasks/a/tasks'],
    ],
  ])('%s', (_name, task, expected) => {
    expect(faultsOf({ a: task })).toEqual(expected);
  });

  test('are not looked up where nobody knows them, and not at all in what was accepted before', () => {
    const { credentials: _none, ...unknowing } = surroundings;
    expect(compileWorkflow({ name: 'w', tasks: { a: book({ credentials: { account: 'x' } }) } }, unknowing).ok).toBe(
      true,
    );
    expect(faultsOf({ a: { type: 'travel/book' } }, { wasAccepted: true })).toEqual([]);
  });

  test('travel with the attempt, by name', () => {
    const run = new CoreWorld({}, {}, { compiled: compiled({ a: book() }) });
    run.begin('/a');
    expect(run.orders).toContainEqual(
      expect.objectContaining({ is: 'run', step: '/a', credentials: { account: 'mine' } }),
    );
  });
});

describe('what a task type says for tasks that say nothing', () => {
  const heartbeatOf = (task: Record<string, Json>): unknown => compiled({ a: task }).scope.tasks[0]?.heartbeat;

  test('its heartbeat', () => {
    expect([heartbeatOf(book()), heartbeatOf(book({ heartbeat: 3 }))]).toEqual([20_000, 3000]);
  });

  const undone = (task: Record<string, Json>): CoreWorld => {
    const tasks = { a: task, b: { type: 'travel/free', depends_on: ['a'] } };
    const run = new CoreWorld({}, {}, { compiled: compiled(tasks) });
    run.begin('/a').finish('/a', { id: 7 });
    run.begin('/b').fail('/b');
    return run;
  };

  test('what undoes it', () => {
    const run = undone(book());
    run.begin('/a!compensate');
    expect(run.orders).toContainEqual(
      expect.objectContaining({ step: '/a!compensate', type: 'travel/cancel', input: { id: 7 } }),
    );
  });

  test('unless the task says what undoes it, or that nothing does', () => {
    const run = undone(book({ compensate: { type: 'travel/free' } }));
    run.begin('/a!compensate');
    expect(run.orders).toContainEqual(expect.objectContaining({ step: '/a!compensate', type: 'travel/free' }));
    expect(undone(book({ compensate: false })).state.status.is).toBe('failed');
  });

  test('false means nothing only there', () => {
    expect(faultsOf({ a: book({ compensate: true }) })).toEqual(['wrong_type /tasks/a/compensate']);
  });
});
