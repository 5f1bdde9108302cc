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
];
