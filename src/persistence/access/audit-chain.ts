import { hash } from 'node:crypto';
import type { AuditEntry } from '../../access/ports/index.js';

/** What the first record follows. */
export const BEGINNING = hash('sha256', 'harmonia audit', 'base64url');

/**
 * The link of a record: SHA-256, in base64url, of the link before and of all that the record says, as one JSON text, so that
 * no two records give the same.
 */
export const linkAfter = (before: string, seq: number, entry: AuditEntry): string => {
  const { at, actor, peer, method, route, target, status, refused, requestId, times } = entry;
  const said = [before, seq, at, actor, peer, method, route, target, status, refused ?? null, requestId ?? null, times];
  return hash('sha256', JSON.stringify(said), 'base64url');
};
