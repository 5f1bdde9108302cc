import { fault } from '../../../kernel/index.js';
import { requestFault } from '../validation.js';

/** The version that an `If-Match` header names, in quotes or without; undefined: any. Throws `validation_error`. */
export const versionOf = (header: string | undefined): string | undefined => {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, quoted, bare] = /^\s*(?:"([^"]{1,100})"|([\w.+-]{1,100}))\s*$/.exec(header) ?? [];
  const version = quoted ?? bare;
  if (version === undefined) throw requestFault(fault('wrong_type', '/headers/If-Match', { expected: 'one version' }));
  return version;
};
