import { fault, ownValue, type Json } from '../../../kernel/index.js';
import type { CredentialDirectory, TaskType } from '../task-type.js';
import type { TaskDraft } from './task-draft.js';

const SHOWN = 20;

/** What stands in `credentials` of a task must name credentials that fit the places of its type. */
export const checkCredentials = (
  { reader, credentials = {} }: TaskDraft,
  { type, credentials: places = {} }: TaskType,
  directory: CredentialDirectory | undefined,
): void => {
  const report = (slot: string, value: Json): void => {
    const where = reader.at('credentials', slot);
    const place = ownValue(places, slot);
    if (!place) {
      const known = Object.keys(places).slice(0, SHOWN).join(', ') || 'none';
      return reader.report(fault('unknown_credential_slot', where, { slot, type, known }));
    }
    if (typeof value !== 'string') return reader.report(fault('wrong_type', where, { expected: 'a text' }));
    if (!directory) return;
    const found = directory.typeOf(value);
    if (found === undefined) return reader.report(fault('credential_unknown', where, { name: value }));
    if (!place.types.includes(found)) {
      const expected = place.types.join(' or ');
      reader.report(fault('credential_type', where, { name: value, found, expected }));
    }
  };
  for (const [slot, value] of Object.entries(credentials)) report(slot, value);
  for (const [slot, { optional = false }] of Object.entries(places)) {
    if (!optional && !Object.hasOwn(credentials, slot))
      reader.report(fault('credential_slot_empty', reader.where, { slot, type }));
  }
};
