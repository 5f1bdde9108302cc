/** Of the flag with which a client says that somebody has agreed. */
export const CONFIRM =
  'true: a person has agreed to exactly this. Without it nothing happens, and the answer says what would. Where the client can ask him itself, he is asked.';
