/** A code that Harmonia gives to the outside: what it means, and what to do about it. */
export interface CatalogueEntry {
  /** HTTP status when a request is answered with this code. */
  readonly status: number;
  /** `{name}` is filled from the error's parameters. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly cure: string;
}
