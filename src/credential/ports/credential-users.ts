/** Knows what would miss a credential. */
export interface CredentialUsers {
  /** Names of workflows whose current version names it, at most a few. */
  usedBy(name: string): Promise<readonly string[]>;
}
