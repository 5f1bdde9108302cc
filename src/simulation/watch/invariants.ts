/** What must hold whatever goes wrong: I1–I8 as reliability is tested, E1–E8 of docs/semantics.md. */
export const INVARIANTS = {
  I1: 'A terminal state never changes.',
  I2: 'At most one attempt of a step is live.',
  I3: 'Each attempt runs at most once.',
  I4: 'What is recorded of an attempt is what that attempt gave; the output of a finished step never changes.',
  I5: 'What is open runs, or has a timer, or waits for the outside.',
  I6: 'Nothing is acknowledged, published or run before it is durable.',
  I7: 'A request with a key makes at most one execution.',
  I8: 'The journal is a chain: no gap, no repetition, no time that goes back within a process.',
  E1: 'Whoever waits for the end is told of it, as the journal has it.',
  E2: 'A finished step never runs again within its generation.',
  E3: 'A step starts only after what it needs has ended and its condition is true.',
  E4: 'Every execution ends, or has a next wake-up.',
  E6: 'The state is the fold of the journal.',
  E8: 'A refused request changes nothing.',
  time: 'A deadline, a wait and the pause before an attempt are never over before their time.',
  once: 'An event, an answer and a callback count once, and are durable when they are acknowledged.',
  limits: 'Slots and limits are never exceeded, and none is kept that nothing holds.',
  family: 'A sub-workflow and the step that has started it agree.',
  result: 'Crashes, duplicates, pauses and storage failures do not change the result.',
  expect: 'The execution ends as the plan says it must.',
} as const;

/** The name of an invariant that a simulation watches. */
export type Invariant = keyof typeof INVARIANTS;

/** An invariant that did not hold, and how it showed. */
export interface Violation {
  /** Which one. */
  readonly invariant: Invariant;
  /** How it showed, in words. */
  readonly message: string;
}
