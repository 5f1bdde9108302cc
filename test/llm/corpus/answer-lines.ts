/** What a model has to say: about a workflow of tasks T1 to T6 (a chain of reads, work and writes). */
export type Line = Readonly<Record<string, unknown>>;

const edge = (task: string, needs: string): Line => ({ op: 'remove_edge', task, needs });

/** Sets of lines, as models of several kinds would choose them. Right and wrong ones: whether they are right is for the gates. */
export const CONTENTS: Readonly<Record<string, readonly Line[]>> = {
  'one proposal': [{ ops: [edge('T2', 'T1')], why: 'T2 does not read what T1 gives.' }],
  'a proposal and a policy and a question': [
    { ops: [edge('T5', 'T4')], why: 'Both write to different places.' },
    {
      ops: [{ op: 'set_retry', task: 'T2', retry_policy: { max_retries: 2, initial_delay: 0.5 } }],
      why: 'T2 fails at times.',
    },
    { ask: 'effects', task: 'T4', effects: 'idempotent', why: 'It seems to be safe to repeat.' },
  ],
  'ops that need one another': [
    {
      ops: [edge('T6', 'T1'), { op: 'add_edge', task: 'T6', needs: 'T2' }, { op: 'spell_out_output', scope: 'S0' }],
      why: 'T6 waits for T2 instead.',
    },
    { ops: [{ op: 'merge_tasks', task: 'T1', drop: 'T2' }], why: 'They do the same.' },
    { ask: 'order', task: 'T5', other: 'T4', why: 'Their order is of no consequence.' },
  ],
  'only a question': [{ ask: 'order', task: 'T5', other: 'T4', why: 'I can not tell.' }],
  'words that are hard to write': [
    { ops: [edge('T2', 'T1')], why: 'It\'s "safe": a } or ] or {x} \\ does not end a string; naïve 🎉 日本語.' },
    { op: 'set_cache', task: 'T3', ttl: 3600, why: 'p50 = 1,5 s — 3× as much as T1 (see T2).' },
  ],
  'many lines': Array.from({ length: 8 }, (_, n) => ({
    ops: [{ op: 'set_timeout', task: `T${1 + (n % 6)}`, seconds: 30 + n }],
    why: `T${1 + (n % 6)} never took longer than ${20 + n} s.`,
  })),
};
