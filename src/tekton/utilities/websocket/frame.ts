import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';

/** What goes over a socket of the platform: a JSON object. */
export type Frame = JsonObject;

/** A text as a frame; undefined: it is none. */
export const parseFrame = (text: string): Frame | undefined => {
  try {
    const frame = JSON.parse(text) as Json;
    return isJsonObject(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
};

/** Bytes of one frame that are taken. */
export const MAX_FRAME = 2 ** 20;

/** Close codes of the platform. */
export const CLOSE_CODES = { done: 1000, refused: 1008, failed: 1011 } as const;
