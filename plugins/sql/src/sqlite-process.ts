/** The process that works on SQLite files for `SqliteProcesses`: a statement that never ends blocks it and nobody else. */
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { answer, MEMORY, type SqliteRequest } from './sqlite-session.js';

/** ms */
const GLANCE = 50;

/**
 * A statement in its middle hears nothing. This thread sees that the service is gone, or that the process has more memory
 * than it may (SQLite as it is built here keeps no limit), and ends it; what was not committed is rolled back by the next
 * who opens the file.
 */
const WATCH = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || process.memoryUsage.rss() > ${MEMORY}) process.kill(process.pid, 'SIGKILL');
  }, ${GLANCE});
`;
new Worker(WATCH, { eval: true }).unref();

process.on('disconnect', () => process.exit());
process.on('message', (request: SqliteRequest) => {
  process.send?.(answer((file, options) => new Database(file, options), request));
});
