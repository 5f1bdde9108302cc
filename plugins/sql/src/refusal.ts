/**
 * A failure of ours, fatal. The process that works on SQLite does not see the contract of plugins, which may lie where
 * only the service finds it.
 */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
