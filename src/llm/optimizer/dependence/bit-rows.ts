/** A relation of rows 0..rows-1 to columns 0..size-1, in bits. */
export class BitRows {
  private readonly words: number;
  private readonly bits: Uint32Array;

  /** Without `rows` as many as columns. */
  constructor(
    readonly size: number,
    rows = size,
  ) {
    this.words = Math.ceil(size / 32);
    this.bits = new Uint32Array(rows * this.words);
  }

  has(row: number, column: number): boolean {
    return ((this.word(row, column >>> 5) >>> (column & 31)) & 1) === 1;
  }

  add(row: number, column: number): void {
    this.bits[row * this.words + (column >>> 5)] = this.word(row, column >>> 5) | (1 << (column & 31));
  }

  /** Columns `from` up to, without, `end`. */
  addRange(row: number, from: number, end: number): void {
    for (let column = from; column < end; column++) this.add(row, column);
  }

  /** Adds to a row all that is in another. */
  addRow(row: number, other: number, of: BitRows = this): void {
    const [to, from] = [row * this.words, other * this.words];
    for (let word = 0; word < this.words; word++) {
      this.bits[to + word] = (this.bits[to + word] as number) | (of.bits[from + word] as number);
    }
  }

  /**
   * Adds to a row all that its columns lead to by the rows of `next`, however far. Ends early with a column that says all,
   * and gives it back: the row is not complete then.
   */
  closeRow(row: number, next: BitRows, saysAll: (column: number) => boolean): number | undefined {
    const open = [...this.columns(row)];
    let found: number | undefined;
    const take = (column: number): void => {
      open.push(column);
      if (saysAll(column)) found = column;
    };
    for (let at = open.pop(); at !== undefined && found === undefined; at = open.pop())
      for (let word = 0; word < this.words; word++) {
        const [had, added] = [this.word(row, word), next.word(at, word)];
        this.bits[row * this.words + word] = had | added;
        eachBit(added & ~had, word, take);
      }
    return found;
  }

  /** Columns of a row, ascending. */
  *columns(row: number): Generator<number> {
    for (let word = 0; word < this.words; word++) {
      for (let rest = this.word(row, word); rest !== 0; rest &= rest - 1) {
        yield word * 32 + (31 - Math.clz32(rest & -rest));
      }
    }
  }

  /** The same, for what is asked of all pairs: without a generator it takes a tenth. */
  each(row: number, visit: (column: number) => void): void {
    for (let word = 0; word < this.words; word++) eachBit(this.word(row, word), word, visit);
  }

  /** Columns of a row that the same row of another relation lacks, ascending. */
  *columnsBeside(row: number, other: BitRows): Generator<number> {
    for (let word = 0; word < this.words; word++) {
      for (let rest = this.word(row, word) & ~other.word(row, word); rest !== 0; rest &= rest - 1) {
        yield word * 32 + (31 - Math.clz32(rest & -rest));
      }
    }
  }

  copy(): BitRows {
    const copy = new BitRows(this.size, this.bits.length / this.words);
    copy.bits.set(this.bits);
    return copy;
  }

  /** Rows become columns, of as many rows as columns: 32 by 32 bits at a time. */
  transposed(): BitRows {
    const turned = new BitRows(this.size);
    const block = new Uint32Array(32);
    for (let rows = 0; rows < this.words; rows++)
      for (let columns = 0; columns < this.words; columns++) {
        const height = Math.min(32, this.size - rows * 32);
        const width = Math.min(32, this.size - columns * 32);
        block.fill(0);
        for (let at = 0; at < height; at++) block[at] = this.word(rows * 32 + at, columns);
        turn(block);
        for (let at = 0; at < width; at++) turned.bits[(columns * 32 + at) * this.words + rows] = block[at] as number;
      }
    return turned;
  }

  private word(row: number, word: number): number {
    return this.bits[row * this.words + word] as number;
  }
}

const eachBit = (bits: number, word: number, visit: (column: number) => void): void => {
  for (let rest = bits; rest !== 0; rest &= rest - 1) visit(word * 32 + (31 - Math.clz32(rest & -rest)));
};

/** Warren, Hacker's Delight, 2nd edition, 7-3: halves are swapped across the diagonal, then halves of halves; lowest bit first. */
const turn = (block: Uint32Array): void => {
  for (let width = 16, mask = 0x0000ffff; width !== 0; width >>>= 1, mask ^= mask << width)
    for (let at = 0; at < 32; at = (at + width + 1) & ~width) {
      const [upper, lower] = [block[at] as number, block[at + width] as number];
      const swapped = ((upper >>> width) ^ lower) & mask;
      block[at] = upper ^ (swapped << width);
      block[at + width] = lower ^ swapped;
    }
};
