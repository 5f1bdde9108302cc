import { mutantsOf } from './mutant.mjs';

const chain = mutantsOf({ area: 'hash chain', suites: 'tables', file: 'src/persistence/writer/hash-chain.ts' });
const writer = mutantsOf({
  area: 'journal and tables',
  suites: 'tables',
  file: 'src/persistence/writer/journal-writer.ts',
});
const projection = mutantsOf({
  area: 'journal and tables',
  suites: 'tables',
  file: 'src/persistence/writer/projection.ts',
});

const archive = mutantsOf({
  area: 'hash chain',
  suites: 'tables',
  file: 'src/persistence/writer/archive.ts',
  likely: 'test/e2e/verify',
});

const check = mutantsOf({
  area: 'hash chain',
  suites: 'tables',
  file: 'src/persistence/reading/check-journal.ts',
  likely: 'test/e2e/verify',
});

const erase = mutantsOf({
  area: 'journal and tables',
  suites: 'tables',
  file: 'src/persistence/writer/erase.ts',
  likely: 'test/integration/retention',
});

const store = mutantsOf({ area: 'journal and tables', suites: 'tables', file: 'src/persistence/journal-store.ts' });

const housekeeping = mutantsOf({
  area: 'journal and tables',
  suites: 'tables',
  file: 'src/persistence/housekeeping.ts',
  likely: 'test/integration/retention',
});

export const TABLES = [
  chain('links are not chained', '`${previous}\\n${seq}', '`${previous.length}\\n${seq}'),
  chain('the position is not part of the link', '\\n${position}\\n', '\\n0\\n'),
  chain(
    'all journals begin alike',
    'linkOf(`harmonia journal\\n${execution}`)',
    'linkOf(`harmonia journal\\n${execution.length}`)',
  ),
  writer('positions are used twice', `const position = this.nextPosition++;`, `const position = this.nextPosition;`),
  writer(
    'deleted positions are used again',
    `max(position), 0) FROM journal), \${floor})\`) + 1`,
    `max(position), 0) FROM journal), 0)\`) + 1`,
  ),
  projection(
    'runs that are open at the end are not canceled',
    `if (event.type !== 'execution_completed') this.cancelRuns(rows, event.at);`,
    ``,
  ),
  projection(
    'a lost attempt counts as a retry',
    `this.waitRun.run('pending', null, 0, 'attempt_lost'`,
    `this.waitRun.run('pending', null, 1, 'attempt_lost'`,
  ),
  projection(
    'a retry does not count',
    `this.waitRun.run('waiting', event.retry_at, 1,`,
    `this.waitRun.run('waiting', event.retry_at, 0,`,
  ),
  chain('the type is not part of the link', '${row.type}', ''),
  projection(
    'runs of reset steps are not superseded',
    `if (isAmong(step, reset)) this.supersede.run(id);`,
    `if (isAmong(step, reset)) void id;`,
  ),
  projection(
    'runs in a construct that ended are not canceled',
    `if (rows.constructs.delete(event.step)) this.cancelBelow(rows, event.step, event.at);`,
    ``,
  ),
  chain('the time is not part of the link', '${row.at}', ''),
  chain('the payload is not part of the link', "${row.payload ?? ''}", ''),
  chain('the data are not part of the link', '${row.data}', ''),
  archive(
    'a seal pardons what was altered before',
    `recorded ?? headOf(execution, events.map(archivedRow))`,
    `headOf(execution, events.map(archivedRow))`,
  ),
  check(
    'events may be missing',
    `if (row.seq !== seq) this.fault = { is: 'out_of_sequence', seq };`,
    `if (row.seq < seq) this.fault = { is: 'out_of_sequence', seq };`,
  ),
  check(
    'links may be missing',
    `else if (recorded === null && this.isChained) this`,
    `else if (recorded === '' && this.isChained) this`,
  ),
  check(
    'links may differ',
    `else if (recorded !== null && recorded !== link) this`,
    `else if (recorded === '' && recorded !== link) this`,
  ),
  check('payloads may differ', `      if (!hasItsPayload(row)) return { is: 'payload_differs', seq: row.seq };\n`, ``),
  check(
    'payloads may be added',
    `return (await hasStrangePayload(source, ref, walk.payloads)) ? { is: 'payload_differs' } : undefined;`,
    `return undefined;`,
  ),
  check('the head of a seal is not looked at', `    found.head === head &&\n`, ``),
  check(
    'an archive may have events beside it',
    `return isAlone ? undefined : {`,
    `return isAlone || events ? undefined : {`,
  ),
  check('a journal without events is one', `  if (walk.events === 0) return { is: 'out_of_sequence', seq: 1 };\n`, ``),
  check('the asked link is that of the last event', `upTo === undefined ? walk.link : walk.asked`, `walk.link`),
  erase('positions of archived journals are given again', `  keepPosition(database);\n`, ``),
  erase('log lines stay', `['journal_archive', 'journal_seal', 'log_entry'])`, `['journal_archive', 'journal_seal'])`),
  erase(
    'checkpoints of what is deleted stay',
    `  database.prepare('DELETE FROM checkpoint WHERE execution = ?').run(ref);\n`,
    ``,
  ),
  store('kept results are used when they are old', `WHERE key = ? AND until > ?`, `WHERE key = ? AND until > ? - 1e15`),
  store(
    'executions are taken up in any order',
    `IN ('running', 'paused') ORDER BY ref`,
    `IN ('running', 'paused') ORDER BY ref DESC`,
  ),
  store('what is paused is not taken up', `WHERE status IN ('running', 'paused')`, `WHERE status IN ('running')`),
  writer('an archived journal goes on with nothing', `unarchive(this.database, rows) ?? rows.link`, `rows.link`),
  writer('rows of one statement are written twice', `      values = [];\n`, ``),
  housekeeping(
    'what is open is archived',
    `if (endedAt === null || journal === 'gone') return undefined;`,
    `if (journal === 'gone') return undefined;`,
  ),
  housekeeping(
    'journals are archived at once',
    `return endedAt + compactAfter <= now ? 'archived' : undefined;`,
    `return 'archived';`,
  ),
  housekeeping('keys are never forgotten', `    guarded(() => this.statements.forgetKeys.run(now - KEYS_KEPT));\n`, ``),
  housekeeping('an archive has no seal', `      this.writeSeal(ref, seal);\n`, ``),
  projection('checkpoints are not written', `        this.insertCheckpoint.run(`, `        void (`),
  projection(
    'a migrated execution shows its version of before',
    `      this.migrateExecution.run(to.name, to.version, to.definition, event.total_tasks, at, rows.ref);\n`,
    `      void at;\n      void to;\n`,
  ),
];
