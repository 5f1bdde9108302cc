import { canonicalJson, contentHash, type Json } from '../../kernel/index.js';

/** The word that data is fenced with. */
export type MakeFence = (data: Json) => string;

/**
 * Fences of one process: equal data gets an equal fence, so that the answer to an equal request can be used again; who
 * does not know the salt can not write the fence into the data.
 */
export const fenceMaker =
  (salt: string): MakeFence =>
  (data) =>
    contentHash(`${salt} ${canonicalJson(data)}`).slice(0, 16);
