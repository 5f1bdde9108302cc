import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the disk and SQLite allow: a raw better-sqlite3 loop of one durable transaction (insert + update,
 * synchronous=FULL) per step. Every figure is given as a ratio to this, taken just before it on the same disk.
 * Answers transactions per second.
 */
export const reference = (directory, milliseconds = 1000) => {
  const file = join(directory, 'reference.db');
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE step (id INTEGER PRIMARY KEY, execution INTEGER, status TEXT, data TEXT)');
  const insert = database.prepare('INSERT INTO step (id, execution, status, data) VALUES (?, ?, ?, ?)');
  const update = database.prepare("UPDATE step SET status = 'completed' WHERE id = ?");
  const data = JSON.stringify({ output: 'x'.repeat(100) });
  const step = database.transaction((id) => {
    insert.run(id, id % 7, 'running', data);
    update.run(id);
  });
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < milliseconds) step.immediate(++count);
  const seconds = (performance.now() - begin) / 1000;
  database.close();
  return count / seconds;
};
