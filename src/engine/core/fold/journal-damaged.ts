/**
 * Every event that `decide` gives applies to the state that it was given for; anything else is a damaged journal or a
 * bug: the execution stops rather than go on from a wrong state.
 */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}
