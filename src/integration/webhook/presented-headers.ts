/** The headers of a request, with what Node hides: how often each came. */
export class PresentedHeaders {
  private readonly byName = new Map<string, string[]>();

  constructor(rawHeaders: readonly string[]) {
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = (rawHeaders[at] as string).toLowerCase();
      const values = this.byName.get(name);
      if (values) values.push(rawHeaders[at + 1] as string);
      else this.byName.set(name, [rawHeaders[at + 1] as string]);
    }
  }

  /** The value of one that came exactly once: of two, nobody knows which the sender meant. */
  once(name: string): string | undefined {
    const values = this.byName.get(name);
    return values?.length === 1 ? values[0] : undefined;
  }

  first(name: string): string | undefined {
    return this.byName.get(name)?.[0];
  }

  /** All but these, as one text each. */
  without(names: ReadonlySet<string>): Record<string, string> {
    const entries = [...this.byName].flatMap(([name, values]) =>
      names.has(name) ? [] : [[name, values.join(', ')] as const],
    );
    // fromEntries defines own properties: a header may be called `__proto__`.
    return Object.fromEntries(entries);
  }
}
