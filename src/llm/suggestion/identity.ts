import { canonicalJson, contentHash, type Json } from '../../kernel/index.js';
import type { Certificate } from '../optimizer/ir/index.js';
import type { RewriteOp } from '../optimizer/rewrite/index.js';

/** Raised with every change of what the rules find, or of how a suggestion is judged. */
export const RULES_VERSION = '2';

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

export const hashOf = (value: unknown): string => contentHash(canonicalJson(asJson(value)));

/** The same change of the same workflow under the same facts and rules has the same id. */
export const suggestionId = (workflow: string, { base, facts }: Certificate, ops: readonly RewriteOp[]): string =>
  hashOf([workflow, base, ops, facts, RULES_VERSION]);
