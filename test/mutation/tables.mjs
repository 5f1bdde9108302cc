import { mutantsOf } from './mutant.mjs';

const chain = mutantsOf({ area: 'hash chain', suites: 'tables', file: 'src/persistence/writer/hash-chain.ts' });
const rows = mutantsOf({
  area: 'journal and tables',
  suites: 'tables',
  file: 'src/persistence/writer/event-rows.ts',
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
  chain('links are not chained', `(this.parts ??= [this.last])`, `(this.parts ??= [''])`),
  chain('the position is not part of the link', `push(seq, position, type`, `push(seq, 0, type`),
  chain(
    'all journals begin alike',
    'linkOf(`harmonia journal\\n${execution}`)',
    'linkOf(`harmonia journal\\n${execution.length}`)',
  ),
  rows('positions are used twice', `const position = this.next++;`, `const position = this.next;`),
  rows(
    'deleted positions are used again',
    `max(position), 0) FROM journal), \${floor})`,
    `max(position), 0) FROM journal), 0)`,
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
  chain('the type is not part of the link', `position, type, at`, `position, '', at`),
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
  chain('the time is not part of the link', `position, type, at,`, `position, type, 0,`),
  chain('the payload is not part of the link', `payload ?? '', data);`, `'', data);`),
  chain('the data are not part of the link', `payload ?? '', data);`, `payload ?? '', '');`),
  archive(
    'what was altered before it was archived is pardoned',
    `if (isLinked) return { ...row, link: link ?? null };`,
    `if (isLinked && link === undefined) return { ...row, link: null };`,
  ),
  check(
    'events may be missing',
    `if (row.seq !== seq) return { is: 'out_of_sequence', seq };`,
    `if (row.seq < seq) return { is: 'out_of_sequence', seq };`,
  ),
  check(
    'links may be missing',
    `return { is: 'not_chained' };\n  if (walk.linked < walk.events) return`,
    `return { is: 'not_chained' };\n  if (walk.linked > walk.events) return`,
  ),
  check(
    'links may differ',
    `if (recorded !== this.chain.close()) return`,
    `if (recorded === this.chain.close() + '!') return`,
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
  check('the asked link is that of the last event', `upTo === undefined ? walk.head : walk.asked`, `walk.head`),
  erase('positions of archived journals are given again', `  keepPosition(database);\n`, ``),
  erase(
    'log lines stay',
    `['journal_archive', 'journal_seal', 'log_entry', 'saved_state'])`,
    `['journal_archive', 'journal_seal', 'saved_state'])`,
  ),
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
  rows('an archived journal goes on with nothing', `unarchive(this.database, rows) ?? rows.chain`, `rows.chain`),
  rows('rows of one statement are written twice', `    this.count = 0;\n    this.inserts`, `    this.inserts`),
  rows('the last rows of a commit are not written', `    if (this.count > 0) this.write();\n`, ``),
  chain(
    'rows of before the chain are not counted in',
    `    for (const row of rows.slice(linked + 1)) chain.add(row, row);\n`,
    ``,
  ),
  check('a row may have line breaks', `    if (!isOneLine(row)) return { is: 'link_differs', seq };\n`, ``),
  check(
    'links may be missing at the end of an archive',
    `  if (walk.linked < walk.events) return { is: 'link_missing', seq: walk.linked + 1 };\n  const found`,
    `  const found`,
  ),
  housekeeping('an archive has no links', `      ...(row.link !== null && { link: row.link }),\n`, ``),
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
  housekeeping('an archive has no seal', `      this.writeSeal(ref, seal, digest);\n`, ``),
  projection('checkpoints are not written', `        this.insertCheckpoint.run(`, `        void (`),
  projection(
    'a migrated execution shows its version of before',
    `      this.migrateExecution.run(to.name, to.version, to.definition, event.total_tasks, at, rows.ref);\n`,
    `      void at;\n      void to;\n`,
  ),
];
