/** A set that most of its owners never put anything into. Empty it costs 24 bytes; a `Set` costs 150. */
export class SeldomSet<T> implements Iterable<T> {
  private items: Set<T> | undefined;

  get first(): T | undefined {
    return this.items?.values().next().value;
  }

  has(item: T): boolean {
    return this.items?.has(item) ?? false;
  }

  add(item: T): void {
    (this.items ??= new Set()).add(item);
  }

  delete(item: T): void {
    this.items?.delete(item);
  }

  [Symbol.iterator](): Iterator<T> {
    return (this.items ?? NOTHING)[Symbol.iterator]() as Iterator<T>;
  }
}

/** A map that most of its owners never put anything into. Empty it costs 24 bytes; a `Map` costs 200. */
export class SeldomMap<K, V> implements Iterable<[K, V]> {
  private items: Map<K, V> | undefined;

  get size(): number {
    return this.items?.size ?? 0;
  }

  has(key: K): boolean {
    return this.items?.has(key) ?? false;
  }

  get(key: K): V | undefined {
    return this.items?.get(key);
  }

  set(key: K, value: V): void {
    (this.items ??= new Map()).set(key, value);
  }

  delete(key: K): void {
    this.items?.delete(key);
  }

  clear(): void {
    this.items = undefined;
  }

  values(): Iterable<V> {
    return this.items?.values() ?? (NOTHING as Iterable<V>);
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return (this.items ?? NOTHING)[Symbol.iterator]() as Iterator<[K, V]>;
  }
}

const NOTHING: readonly never[] = [];
