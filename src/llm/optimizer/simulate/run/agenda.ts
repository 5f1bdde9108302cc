/** What happens at a virtual time. Of those at one time, what was entered first comes first. A binary heap. */
export class Agenda<T> {
  private readonly times: number[] = [];
  private readonly turns: number[] = [];
  private readonly items: T[] = [];
  private turn = 0;

  get size(): number {
    return this.items.length;
  }

  /** The time of what is next; undefined: nothing is. */
  get next(): number | undefined {
    return this.times[0];
  }

  add(time: number, item: T): void {
    let place = this.items.length;
    this.set(place, { time, turn: this.turn++, item });
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.isBefore(place, above)) return;
      this.swap(place, above);
      place = above;
    }
  }

  /** Takes what is next. */
  take(): T | undefined {
    const [first] = this.items;
    const last = this.items.length - 1;
    if (last < 0) return undefined;
    this.swap(0, last);
    this.times.pop();
    this.turns.pop();
    this.items.pop();
    this.sink();
    return first;
  }

  private sink(): void {
    const { length } = this.items;
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let first = place;
      if (left < length && this.isBefore(left, first)) first = left;
      if (right < length && this.isBefore(right, first)) first = right;
      if (first === place) return;
      this.swap(place, first);
      place = first;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.times[one] as number, this.times[other] as number];
    return a < b || (a === b && (this.turns[one] as number) < (this.turns[other] as number));
  }

  private set(place: number, { time, turn, item }: { time: number; turn: number; item: T }): void {
    this.times[place] = time;
    this.turns[place] = turn;
    this.items[place] = item;
  }

  private swap(one: number, other: number): void {
    if (one === other) return;
    const { times, turns, items } = this;
    const kept = { time: times[one] as number, turn: turns[one] as number, item: items[one] as T };
    this.set(one, { time: times[other] as number, turn: turns[other] as number, item: items[other] as T });
    this.set(other, kept);
  }
}
