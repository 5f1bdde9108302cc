/** Knows what would miss a credential. */
export interface CredentialUsers {
  /** What names it, in words, at most a few: workflows by their name, other things with what they are, `the webhook orders`. */
  usedBy(name: string): Promise<readonly string[]>;
}
