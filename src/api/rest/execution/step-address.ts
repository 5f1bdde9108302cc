import { parseAddress } from '../../../engine/core/index.js';
import { fault } from '../../../kernel/index.js';
import { requestFault } from '../validation.js';

/** The address of a step in a request. Throws `validation_error` when it is none. */
export const addressAt = (text: string, where: string): string => {
  const address = text.startsWith('/') ? text : `/${text}`;
  const parsed = parseAddress(address);
  if (!parsed.ok) throw requestFault(fault('wrong_type', where, { expected: `an address: ${parsed.error}` }));
  return address;
};
