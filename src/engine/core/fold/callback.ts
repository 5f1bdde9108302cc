import { contentHash } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import { findStep, type RunState, type Step } from './run-state.js';

/** Hex digits of the proof: 128 bits, which nobody guesses. */
const PROOF = 32;
const EXECUTION = 32;

const hexOf = (text: string): string =>
  [...text].map((character) => (character.codePointAt(0) as number).toString(16).padStart(6, '0')).join('');

const textOf = (hex: string): string =>
  (hex.match(/.{6}/g) ?? []).map((digits) => String.fromCodePoint(Math.min(parseInt(digits, 16), 0x10ffff))).join('');

const proofOf = (state: RunState, { address, generation }: Step): string =>
  contentHash(JSON.stringify([state.seed, state.execution, address, generation])).slice(0, PROOF);

/**
 * The token of a webhook step: execution, proof, address, in hex. It is known before the step waits, so that a task can
 * tell it to somebody; a re-execution that resets the step gives another.
 */
export const callbackToken = (state: RunState, step: Step): string =>
  state.execution.replaceAll('-', '') + proofOf(state, step) + hexOf(step.address);

/** The URL of a webhook step, as expressions see it. */
export const callbackUrl = (state: RunState, step: Step): string =>
  `${state.origin}/api/v1/callbacks/${callbackToken(state, step)}`;

/** The execution that a token belongs to, if it is one. */
export const executionOfToken = (token: string): string | undefined => {
  if (!/^(?:[0-9a-f]{2}){35,4096}$/.test(token)) return undefined;
  return token.slice(0, EXECUTION).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const addressOfToken = (token: string): Address => textOf(token.slice(EXECUTION + PROOF));

/** The step that a token was made for in this generation. */
export const stepOfToken = (state: RunState, token: string): Step | undefined => {
  const step = findStep(state, addressOfToken(token));
  return step?.task.work.is === 'webhook' && callbackToken(state, step) === token ? step : undefined;
};
