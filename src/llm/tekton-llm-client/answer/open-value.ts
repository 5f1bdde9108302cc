const LONGEST = 64 * 1024;
const DEEPEST = 100;

/** A JSON value that goes on over several lines, 64 Ki characters at most. */
export class OpenValue {
  private readonly brackets: string[] = [];
  private readonly parts: string[] = [];
  private size = 0;

  /** `first`: its beginning, which opens a bracket and does not close it. */
  constructor(first: string) {
    this.add(first);
  }

  get text(): string {
    return this.parts.join('\n');
  }

  /**
   * Takes a further line. `broken`: it can not go on like this, and the line is not a part of it. `after`: what stands on the
   * line behind its end.
   */
  add(line: string): 'open' | 'broken' | { readonly after: string } {
    const before = [...this.brackets];
    if (this.size + line.length > LONGEST) return 'broken';
    let inString = false;
    for (let at = 0; at < line.length; at++) {
      const character = line[at] as string;
      if (inString) {
        if (character === '\\') at++;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '{') this.brackets.push('}');
      else if (character === '[') this.brackets.push(']');
      else if (character === '}' || character === ']') {
        if (this.brackets.pop() !== character) return this.refuse(before);
        if (this.brackets.length === 0) {
          this.keep(line.slice(0, at + 1));
          return { after: line.slice(at + 1) };
        }
      }
    }
    // A string of JSON does not go on over lines.
    if (inString || this.brackets.length > DEEPEST) return this.refuse(before);
    this.keep(line);
    return 'open';
  }

  private keep(line: string): void {
    this.parts.push(line);
    this.size += line.length;
  }

  private refuse(before: readonly string[]): 'broken' {
    this.brackets.splice(0, this.brackets.length, ...before);
    return 'broken';
  }
}
