import type { Evidence } from '../optimizer/rules/index.js';
import type { Millis } from '../../kernel/index.js';
import { count, list } from './wording.js';

/*
 * What was seen of runs, in sentences with the figures. Of what an author wrote nothing but the paths of tasks is in it.
 */

const number = (value: number, digits = 3): string => String(Number(value.toPrecision(digits)));

/** `0.25 s`, `12 s`, `2 h`. */
export const duration = (millis: Millis): string => {
  const seconds = millis / 1000;
  if (seconds >= 7200 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return `${number(seconds)} s`;
};

const percent = (share: number): string => `${number(100 * share, 2)} %`;

const times = (many: number): string => count(many, 'time');

const LATER: Readonly<Record<'task' | 'type' | 'reruns', (later: number, succeeded: number) => string>> = {
  task: (later, succeeded) => `Of ${count(later, 'attempt')} after a failed one ${succeeded} succeeded.`,
  type: (later, succeeded) =>
    `Of ${count(later, 'attempt')} after a failed one at other tasks of its type ${succeeded} succeeded.`,
  reruns: (later, succeeded) => `Of ${count(later, 'failed step')} that somebody ran anew ${succeeded} succeeded.`,
};

type Of<K extends Evidence['is']> = Extract<Evidence, { is: K }>;

const onTimeout = ({ task, samples, median, tail, longest, before, after, lost, because }: Of<'timeout'>): string => {
  const seen = `${count(samples, 'attempt')} at ${task} succeeded, the longest in ${duration(longest)}`;
  if (because === 'slow')
    return (
      `${seen}. ${count(lost, 'attempt')} met the timeout of ${duration(before ?? 0)}, which stands amid these durations: ` +
      `as they fall off, half of all attempts would take ${duration(median)}, 99.5 % of them up to ${duration(tail)}.`
    );
  const stopped = before === undefined ? 'nothing stops them' : `the timeout of ${duration(before)} stops them late`;
  return (
    `${seen}, half of them within ${duration(median)}, 99.5 % within ${duration(tail)}. ` +
    `${count(lost, 'attempt')} went on for longer than ${duration(after)} and came to nothing: ${stopped}.`
  );
};

const onConcurrency = (evidence: Of<'concurrency'>): string => {
  const { task, samples, before, after, growth, ci95, failing } = evidence;
  const place = task === '' ? 'the workflow' : task;
  const [few, many] = failing;
  const slower = Number.isFinite(ci95[0])
    ? ` Twice as many at a time take ${number(2 ** growth)} times as long each (95 %: ${number(2 ** ci95[0])} to ${number(2 ** ci95[1])}).`
    : '';
  const fails =
    many > few
      ? ` With up to ${after} at a time ${percent(few)} of them fail in a way that passes, with more ${percent(many)}.`
      : '';
  const limit = before === undefined ? 'There is no limit.' : `The limit is ${before}.`;
  return `${count(samples, 'attempt')} within ${place} were looked at.${slower}${fails} ${limit}`;
};

/** What speaks for a finding. */
export const evidenceOf = (evidence: Evidence): string => {
  switch (evidence.is) {
    case 'timeout':
      return onTimeout(evidence);
    case 'retries': {
      const { task, samples, failures, later, succeeded, of } = evidence;
      return `${count(failures, 'attempt')} in ${count(samples, 'run')} of ${task} failed in a way that may pass. ${LATER[of](later, succeeded)}`;
    }
    case 'fewer-retries': {
      const { task, after, beyond } = evidence;
      return `${count(beyond, 'attempt')} at ${task} were made after it had been tried again ${times(after)}, and none succeeded: with 95 %, at most one of ten would.`;
    }
    case 'hopeless': {
      const { task, codes, beyond } = evidence;
      return `After failures of ${count(codes, 'code')} ${count(beyond, 'further attempt')} at ${task} were made, and none succeeded.`;
    }
    case 'concurrency':
      return onConcurrency(evidence);
    case 'repeats': {
      const { task, samples, share, ttl } = evidence;
      return `${percent(share)} of ${count(samples, 'run')} of ${task} had an input whose result was known, and no older than ${duration(ttl * 1000)}.`;
    }
    case 'ranks': {
      const { tasks, rank } = evidence;
      return `${list(tasks)} ${tasks.length === 1 ? 'waits' : 'wait'} for slots although up to ${duration(rank)} of work follow from there.`;
    }
  }
};

/** What is to be done, in a line. */
export const titleFrom = (evidence: Evidence): string => {
  switch (evidence.is) {
    case 'timeout':
      return evidence.because === 'slow'
        ? `Give attempts at ${evidence.task} ${duration(evidence.after)} instead of ${duration(evidence.before ?? 0)}`
        : `Stop attempts at ${evidence.task} after ${duration(evidence.after)}`;
    case 'retries':
      return `Try ${evidence.task} again up to ${times(evidence.after)} when it fails in a way that may pass`;
    case 'fewer-retries':
      return `Try ${evidence.task} again at most ${times(evidence.after)} instead of ${evidence.before}`;
    case 'hopeless':
      return `Do not try ${evidence.task} again after failures that never passed`;
    case 'concurrency':
      return `Run at most ${count(evidence.after, 'attempt')} ${evidence.task === '' ? 'of the workflow' : `of ${evidence.task}`} at a time`;
    case 'repeats':
      return `Keep results of ${evidence.task} for ${duration(evidence.ttl * 1000)}`;
    case 'ranks':
      return `Begin ${list(evidence.tasks)} first when slots are short`;
  }
};
