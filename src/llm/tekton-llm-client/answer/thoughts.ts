const OPENS = /^\s*<(think|thinking|reasoning)>/i;
const CLOSES = /<\/(?:think|thinking|reasoning)>/i;

/** Leaves out what a model thinks aloud before it answers, line by line. What it weighs there it has not said. */
export class Thoughts {
  private isThinking = false;

  /** What stands on a line behind thoughts. An end without a beginning ends thoughts, too: some templates begin them. */
  after(line: string): string {
    if (OPENS.test(line)) this.isThinking = true;
    const end = CLOSES.exec(line);
    if (end) {
      this.isThinking = false;
      return line.slice(end.index + end[0].length);
    }
    return this.isThinking ? '' : line;
  }
}
