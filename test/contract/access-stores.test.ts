import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditEntry, StoredKey } from '../../src/access/ports/index.js';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { Housekeeping, type Storage } from '../../src/persistence/index.js';
import { batchOf, keepDefinition, recorded, temporaryStorage } from '../world/stores.js';

let storage: Storage;
beforeEach(async () => {
  storage = await temporaryStorage();
});
afterEach(() => storage.close());

const entry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ at: 1000 + n, actor: `key:${n % 2}`, peer: '127.0.0.1', method: 'POST', route: '/api/v1/executions' },
  ...{ target: `n=${n}`, status: 201, refused: undefined, requestId: undefined, times: 1 },
  ...more,
});

const fill = (count: number): void => {
  for (let n = 1; n <= count; n++) storage.audit.append(entry(n));
};

const PAGE = { offset: 0, limit: 100 };

describe('keys', () => {
  const key = (id: string, more: Partial<StoredKey> = {}): StoredKey => ({
    ...{ id, name: `name of ${id}`, owner: undefined, hash: 'hash', permissions: ['run'], workflows: undefined },
    ...{ createdAt: 1, createdBy: 'anonymous', expiresAt: undefined, revokedAt: undefined, usedAt: undefined },
    ...more,
  });

  test('are given back as they were kept, oldest first', async () => {
    const all = [key('b'), key('a', { createdAt: 2, owner: 'ada', workflows: ['x, y', 'ü'], expiresAt: 9 })];
    for (const one of [...all].reverse()) await storage.keys.add(one);
    expect(await storage.keys.all()).toEqual(all);
  });

  test('are revoked once; when they were used is written beside the rest', async () => {
    await storage.keys.add(key('a'));
    storage.keys.used('a', 5);
    await storage.keys.revoke('a', 7);
    await storage.keys.revoke('a', 8);
    // Whoever reads the log has everything written that waits.
    storage.audit.append(entry(1));
    await storage.audit.list(PAGE);
    expect(await storage.keys.all()).toEqual([key('a', { usedAt: 5, revokedAt: 7 })]);
  });
});

describe('the audit log', () => {
  test('gives back what it was told, newest first, in pages, by who and how', async () => {
    fill(5);
    storage.audit.append(entry(6, { refused: 'permission_denied', status: 403, times: 3, requestId: 'r' }));
    const { items, total } = await storage.audit.list({ offset: 1, limit: 2 });
    expect([total, items.map(({ seq }) => seq)]).toEqual([6, [5, 4]]);
    const [refused] = (await storage.audit.list({ ...PAGE, outcome: 'refused' })).items;
    expect(refused).toMatchObject({ ...entry(6), refused: 'permission_denied', status: 403, times: 3, requestId: 'r' });
    expect((await storage.audit.list({ ...PAGE, outcome: 'done' })).total).toBe(5);
    expect(
      (await storage.audit.list({ ...PAGE, actor: 'key:1', from: 1002, to: 1004 })).items.map(({ seq }) => seq),
    ).toEqual([3]);
  });

  test('is chained: it proves itself, and its head is another one with every record', async () => {
    expect(await storage.audit.verify()).toMatchObject({ records: 0, first: 0, last: 0, brokenAt: undefined });
    fill(2500);
    const proof = await storage.audit.verify();
    expect(proof).toMatchObject({ records: 2500, first: 1, last: 2500, brokenAt: undefined });
    storage.audit.append(entry(1));
    expect((await storage.audit.verify()).head).not.toBe(proof.head);
  });

  test('can not be changed; where somebody found a way, that is found', async () => {
    fill(10);
    await storage.audit.list(PAGE);
    const { database } = storage;
    for (const sql of [
      "UPDATE audit SET actor = 'nobody' WHERE seq = 4",
      'DELETE FROM audit WHERE seq = 4',
      'DELETE FROM audit',
    ])
      expect(() => database.exec(sql)).toThrow('audit log');
    expect((await storage.audit.verify()).brokenAt).toBeUndefined();
    database.exec('DROP TRIGGER audit_stays_as_it_is; DROP TRIGGER audit_is_kept');
    const altered = [
      "actor = 'x'",
      'at = 1',
      "target = ''",
      "refused = 'y'",
      'times = 2',
      "link = 'z'",
      "request_id = ''",
      'status = 200',
    ];
    for (const change of altered) {
      database.exec(`SAVEPOINT s; UPDATE audit SET ${change} WHERE seq = 4`);
      expect([change, (await storage.audit.verify()).brokenAt]).toEqual([change, 4]);
      database.exec('ROLLBACK TO s; RELEASE s');
    }
    database.exec('DELETE FROM audit WHERE seq = 4');
    expect(await storage.audit.verify()).toMatchObject({ records: 3, brokenAt: 4, head: undefined });
  });

  test('goes with a commit of the journal, and is not lost when that fails', async () => {
    await keepDefinition(storage, 'd', {});
    const count = (): unknown => storage.database.prepare('SELECT count(*) FROM audit').pluck().get();
    fill(3);
    expect(count()).toBe(0);
    const handle = storage.journal.create('00000000-0000-4000-8000-000000000001', 0);
    const bad = batchOf(handle, recorded([{ type: 'no such event' } as never]));
    await expect(storage.journal.commit(bad)).rejects.toThrow();
    expect(count()).toBe(0);
    await storage.journal.commit({ transitions: [], logs: [], keys: [] });
    expect(count()).toBe(3);
    fill(2);
    expect((await storage.audit.verify()).records).toBe(5);
  });

  test('has what somebody waits for when it says so: with the commit that comes, else all of them in one', async () => {
    const count = (): unknown => storage.database.prepare('SELECT count(*) FROM audit').pluck().get();
    const kept = [1, 2, 3].map((n) => storage.audit.keep(entry(n)));
    expect(count()).toBe(0);
    await storage.journal.commit({ transitions: [], logs: [], keys: [] });
    expect(count()).toBe(3);
    await Promise.all(kept);
    fill(1);
    const alone = [5, 6].map((n) => storage.audit.keep(entry(n)));
    await alone[0];
    expect(count()).toBe(6);
    await alone[1];
  });

  test('refuses who waits while nothing can be written, and keeps what it was told', async () => {
    storage.database.pragma('query_only = ON');
    const refused = await Promise.allSettled([1, 2].map((n) => storage.audit.keep(entry(n))));
    expect(refused).toEqual([1, 2].map(() => expect.objectContaining({ status: 'rejected' })));
    expect(refused[0]).toMatchObject({ reason: { code: 'storage_unavailable' } });
    storage.database.pragma('query_only = OFF');
    await storage.audit.keep(entry(3));
    const { items } = await storage.audit.list(PAGE);
    expect(items.map(({ target }) => target)).toEqual(['n=3', 'n=2', 'n=1']);
  });

  test('forgets what is to be kept no longer, and proves the rest', async () => {
    const now = Date.now();
    for (let n = 0; n < 6; n++) storage.audit.append(entry(n, { at: n < 4 ? now - 5000 : now }));
    const before = await storage.audit.verify();
    const onTrouble = (what: string, error: unknown): never => {
      throw new Error(what, { cause: error });
    };
    const retention = { keep: undefined, compactAfter: 1, auditKept: 2500 };
    const housekeeping = new Housekeeping({ database: storage.database, retention, timers: systemTimers, onTrouble });
    await housekeeping.sweep();
    expect(await storage.audit.verify()).toEqual({
      records: 2,
      first: 5,
      last: 6,
      head: before.head,
      brokenAt: undefined,
    });
    expect(() => storage.database.exec('DELETE FROM audit')).toThrow('audit log');
    fill(1);
    expect(await storage.audit.verify()).toMatchObject({ records: 3, last: 7, brokenAt: undefined });
  });
});
