import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDirectory } from '../../src/persistence/directory/process-lock.js';

/** Ways to hold a directory for one process. */
const LOCKS = { 'exclusive SQLite transaction': lockDataDirectory };

describe.each(Object.entries(LOCKS))('a process lock: %s', (_, lock) => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'harmonia-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const refused = expect.objectContaining({ code: 'storage_locked' });

  test('is had by one at a time; the second one is refused at once, and let in after the release', () => {
    const first = lock(directory);
    const asked = performance.now();
    expect(() => lock(directory)).toThrow(refused);
    expect(performance.now() - asked).toBeLessThan(1000);
    first.release();
    lock(directory).release();
  });

  test('is still had after others were refused', () => {
    const first = lock(directory);
    for (let n = 0; n < 3; n++) expect(() => lock(directory)).toThrow(refused);
    first.release();
  });

  test('makes the directory when there is none', () => {
    lock(join(directory, 'deep', 'down')).release();
  });

  test('of another directory is another one', () => {
    const [one, two] = [lock(join(directory, 'one')), lock(join(directory, 'two'))];
    one.release();
    two.release();
  });

  test('of a place that is no directory is refused with the reason', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => lock(join(directory, 'file'))).toThrow(expect.objectContaining({ code: 'storage_unavailable' }));
  });
});
