import { defineTask, fatal, transient, type Json, type JsonObject, type TaskFailure } from '@tekton/harmonia/plugin';
import type { End } from './isolate/job.js';
import { isolates } from './isolates.js';

const MIB = 2 ** 20;
const USUAL_SECONDS = 5;
const USUAL_MEMORY = 32;
/** Bytes of JSON text of a result. */
const MOST_BYTES = 16 * MIB;

const INPUT = {
  type: 'object',
  required: ['code'],
  additionalProperties: false,
  properties: {
    code: {
      type: 'string',
      minLength: 1,
      maxLength: MIB,
      description: 'The body of an async function of `input`: what it returns is the output.',
    },
    input: { default: null, description: 'What the script sees as `input`.' },
    time_limit: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 60,
      default: USUAL_SECONDS,
      description: 'Seconds that the script may take.',
    },
    memory_limit: {
      type: 'integer',
      minimum: 1,
      maximum: 256,
      default: USUAL_MEMORY,
      description: 'MiB of memory of the script, input and result included.',
    },
    now: {
      type: ['string', 'integer'],
      description:
        'What time it is for the script: RFC 3339, or ms since 1970; `${now()}`. Without it a script has no clock.',
    },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 2 ** 32 - 1,
      default: 0,
      description: 'What `Math.random` is made of: it gives the same numbers each time.',
    },
  },
} as const satisfies JsonObject;

const timeOf = (given: string | number | undefined): number | undefined => {
  if (given === undefined) return undefined;
  const time = typeof given === 'number' ? given : Date.parse(given);
  if (!Number.isFinite(new Date(time).getTime()))
    throw fatal('script_invalid', `"${given}" in \`now\` is no time such as 2026-01-31T12:00:00Z.`);
  return time;
};

export const javascript = defineTask({
  id: 'javascript',
  title: 'Run JavaScript',
  icon: '📜',
  description:
    'Runs JavaScript on JSON, shut off from everything: no network, no files, no modules, no clock, no chance. What it returns is the output.',
  effects: 'pure',
  input: INPUT,
  run: async (input, context): Promise<Json> => {
    const seconds = input.time_limit ?? USUAL_SECONDS;
    const memory = input.memory_limit ?? USUAL_MEMORY;
    const job = {
      code: input.code,
      input: JSON.stringify(input.input ?? null),
      milliseconds: Math.ceil(seconds * 1000),
      memory: memory * MIB,
      maxBytes: MOST_BYTES,
      seed: input.seed ?? 0,
      now: timeOf(input.now),
    };
    const { end, lines } = await isolates.run(job, context.signal as AbortSignal);
    for (const { level, message } of lines) context.log(level, message);
    if (end.is === 'done') return JSON.parse(end.json) as Json;
    throw failureOf(end, { seconds, memory });
  },
});

type Limits = { readonly seconds: number; readonly memory: number };

const TOO_LARGE: Readonly<Record<(End & { is: 'too-large' })['what'], (limits: Limits) => string>> = {
  memory: ({ memory }) => `The script takes more than ${memory} MiB of memory. Raise \`memory_limit\`, or do less.`,
  recursion: () => 'The script calls itself too deep.',
  result: () => `The result has more than ${MOST_BYTES} bytes.`,
};

const failureOf = (end: Exclude<End, { is: 'done' }>, limits: Limits): TaskFailure => {
  switch (end.is) {
    case 'late':
      return transient('timeout', `The script took longer than ${limits.seconds} s. Raise \`time_limit\`, or do less.`);
    case 'stuck':
      return fatal('script_stuck', 'The script waits for a promise that nothing can fulfil.');
    case 'too-large':
      return fatal('script_too_large', TOO_LARGE[end.what](limits));
    case 'invalid':
    case 'threw': {
      const { name, message, line } = end;
      const at = line === undefined ? '' : ` (line ${line})`;
      return fatal(end.is === 'invalid' ? 'script_invalid' : 'script_failed', `${name}: ${message}${at}`, {
        details: { name, ...(line !== undefined && { line }) },
      });
    }
  }
};
