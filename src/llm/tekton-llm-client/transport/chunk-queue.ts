/** Hands what arrives by callback to one who iterates. Unread items are bounded by whoever pushes. */
export class ChunkQueue<T> implements AsyncIterable<T> {
  private readonly waiting: T[] = [];
  private end: { readonly error: unknown } | 'whole' | undefined;
  private wake: () => void = () => undefined;

  push(item: T): void {
    if (this.end) return;
    this.waiting.push(item);
    this.wake();
  }

  close(): void {
    this.end ??= 'whole';
    this.wake();
  }

  fail(error: unknown): void {
    this.end ??= { error };
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      yield* this.waiting.splice(0);
      if (this.waiting.length > 0) continue;
      if (this.end === 'whole') return;
      if (this.end) throw this.end.error;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
