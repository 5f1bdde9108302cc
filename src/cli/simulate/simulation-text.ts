import type { Counterexample, Replayed, Simulated, Sweep, SweepCell, SweptFault } from '../../simulation/index.js';
import { SWEPT } from '../../simulation/index.js';

/** Micro-steps of a trace that are shown, from its end. */
const TRACE_SHOWN = 40;
/** Steps of a table that are shown. */
const ROWS_SHOWN = 200;

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
};

const shown = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.length <= ROWS_SHOWN ? rows : [...rows.slice(0, ROWS_SHOWN), [`… ${rows.length - ROWS_SHOWN} more`]];

const counts = (of: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(of)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');

/** What many schedules came to, for a person. */
export const simulationText = (file: string, simulated: Simulated): string => {
  const { seed, schedules, ends, failures, seconds, outputs, steps } = simulated;
  const facts = [
    ['ends', counts(ends)],
    ...failures.map(({ step, code, count }) => [
      'failed by',
      `${count} × ${code}${step === null ? '' : ` at ${step}`}`,
    ]),
    ...(seconds ? [['seconds', `p50 ${seconds.p50}, p95 ${seconds.p95}, longest ${seconds.max} (virtual)`]] : []),
    ...(outputs > 1 ? [['outputs', `${outputs} different ones: time or order shows`]] : []),
  ];
  const rows = steps.map(({ step, ran, failed, skipped, attempts, mostAttempts }) =>
    [step, ran, failed, skipped, attempts, mostAttempts].map(String),
  );
  const head = ['step', 'ran', 'failed', 'skipped', 'attempts', 'most of one'];
  return [
    `${file}: ${schedules} schedule(s), seeds ${seed} to ${seed + schedules - 1}\n\n`,
    `${table(facts)}\n${table([head, ...shown(rows)])}\n`,
    ...notes(simulated),
  ].join('');
};

const notes = (simulated: Simulated): readonly string[] => {
  const { neverRan, neverStruck, orderDependence, violations, counterexample } = simulated;
  return [
    ...(neverRan.length > 0 ? [`never ran: ${neverRan.join(', ')}\n`] : []),
    ...neverStruck.map((fault) => `never struck: ${JSON.stringify(fault)}\n`),
    ...(orderDependence.length > 0
      ? [`results were not compared, time or order decides them: ${orderDependence.join(', ')}\n`]
      : []),
    counterexample ? `does not hold: ${counts(violations)}\n` : 'everything held in every schedule\n',
  ];
};

const traceText = (trace: readonly string[]): string => {
  const left = trace.length - TRACE_SHOWN;
  return [...(left > 0 ? [`… ${left} before`] : []), ...trace.slice(-TRACE_SHOWN)].join(' | ');
};

/** The smallest schedule in which something does not hold. */
export const counterexampleText = (found: Counterexample, saved: string | undefined): string => {
  const { invariant, rule, seed, message, minimal, trace } = found;
  return [
    `\n${invariant}: ${rule}\n  seed ${seed}: ${message}\n`,
    `  smallest plan: ${JSON.stringify(minimal.plan)}\n`,
    `  what happens: ${traceText(trace)}\n`,
    saved === undefined ? '  keep it with --save <dir>\n' : `  again: harmonia simulate --replay ${saved}\n`,
  ].join('');
};

/** What a saved schedule does now. */
export const replayText = (file: string, { invariant, violations, trace }: Replayed): string => {
  if (violations.length === 0) return `${file}: everything holds; ${invariant} did not\n`;
  const found = violations.map((violation) => `  ${violation.invariant}: ${violation.message}\n`);
  return `${file}: does not hold\n${found.join('')}  what happens: ${traceText(trace)}\n`;
};

const cellText = ({ end, code, violation }: SweepCell): string => {
  if (violation) return `${violation.invariant} violated`;
  return code === undefined ? end : `${end} ${code}`;
};

const EXPLAINED: Readonly<Record<SweptFault, string>> = {
  error: 'the first attempt fails, transient',
  outage: 'every attempt fails, transient',
  timeout: 'the first attempt gives no result',
  slow: 'the first attempt takes an hour longer',
  crash: 'the process dies while the step runs',
};

/** What each single fault does. */
export const sweepText = (file: string, { undisturbed, rows, leftOut }: Sweep): string => {
  const kinds = Object.keys(SWEPT) as SweptFault[];
  const body = rows.map(({ step, faults }) => [step, ...kinds.map((kind) => cellText(faults[kind]))]);
  const survived = rows.flatMap(({ faults }) => Object.values(faults)).filter(({ end }) => end === undisturbed.end);
  return [
    `${file}: without faults ${cellText(undisturbed)}\n\n`,
    `${table([['step', ...kinds], ...shown(body)])}\n`,
    ...kinds.map((kind) => `${kind}: ${EXPLAINED[kind]}\n`),
    ...(leftOut > 0 ? [`${leftOut} step(s) were left out\n`] : []),
    `${survived.length} of ${rows.length * kinds.length} single faults leave the end as it is\n`,
  ].join('');
};
