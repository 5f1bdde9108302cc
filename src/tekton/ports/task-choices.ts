/** What people have said about who does what. */
export interface Choices {
  /** The component that somebody gave a task to, by the id of the task. */
  readonly assigned: ReadonlyMap<string, string>;
  /** The component that does tasks of a type, by the type in lower case. */
  readonly mapped: ReadonlyMap<string, string>;
}

/** Knows what people have said. */
export interface TaskChoices {
  /** `tasks`: ids of those that are asked about. */
  for(tasks: readonly string[]): Promise<Choices>;
}
