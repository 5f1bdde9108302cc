import type { Behaviour, Seen } from './llm-double.mjs';

/** What a prompt of `optimize` says. */
export interface PromptData {
  readonly tasks: readonly {
    readonly alias: string;
    readonly scope: string;
    readonly kind: string;
    readonly effects: string | undefined;
    readonly row: string;
  }[];
  readonly edges: Readonly<Record<string, readonly { readonly later: string; readonly earlier: string }[]>>;
  readonly found?: readonly string[];
  readonly tried?: readonly string[];
  readonly left_out?: number;
}

/** Makes the lines of a model that knows what is right. */
export type AnswerKey = (data: PromptData) => readonly (object | string)[];
export type ScriptedModel = (seen: Seen) => Behaviour | string;

export const readData: (seen: Pick<Seen, 'prompt' | 'messages'>) => PromptData;
export const isCorrection: (seen: Pick<Seen, 'prompt' | 'messages'>) => boolean;
export const oracle: (key: AnswerKey) => ScriptedModel;
export const lazy: (key: AnswerKey, share?: number) => ScriptedModel;
export const noisy: (key: AnswerKey, p: number, seed: number) => ScriptedModel;
export const adversary: (seed: number) => ScriptedModel;
export const plausible: (seed: number) => ScriptedModel;
export const silent: () => ScriptedModel;
export const hanging: () => ScriptedModel;
export const slow: (key: AnswerKey, every: number) => ScriptedModel;
export const truncating: (key: AnswerKey) => ScriptedModel;
export const breaking: (key: AnswerKey) => ScriptedModel;
export const chatty: () => ScriptedModel;
export const flooding: (bytes: number) => ScriptedModel;
