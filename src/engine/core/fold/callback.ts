import { contentHash } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import { findStep, type RunState, type Step } from './run-state.js';

/** Hex digits of the proof: 128 bits, which nobody guesses. */
const PROOF = 32;
const EXECUTION = 32;

/** The bytes of UTF-8. An address has no lone surrogates: its keys are written as JSON. */
const hexOf = (text: string): string =>
  encodeURIComponent(text).replace(/%(..)|([^])/g, (_, byte: string | undefined, plain: string) =>
    byte === undefined ? plain.charCodeAt(0).toString(16) : byte.toLowerCase(),
  );

/** Empty when the bytes are no text. */
const textOf = (hex: string): string => {
  try {
    return decodeURIComponent(hex.replace(/../g, '%$&'));
  } catch {
    return '';
  }
};

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
  if (!/^(?:[0-9a-f]{2}){34,4096}$/.test(token)) return undefined;
  return token.slice(0, EXECUTION).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const addressOfToken = (token: string): Address => textOf(token.slice(EXECUTION + PROOF));

/** The step that a token was made for in this generation. */
export const stepOfToken = (state: RunState, token: string): Step | undefined => {
  const step = findStep(state, addressOfToken(token));
  return step?.task.work.is === 'webhook' && callbackToken(state, step) === token ? step : undefined;
};
