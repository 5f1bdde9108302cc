/** A directed graph over task indices: `edges[i]` are the targets of task i. */
export type Edges = readonly (readonly number[])[];

/**
 * The strongly connected components with more than one member, or with an edge to itself. O(tasks + edges).
 */
export const knots = (edges: Edges): number[][] => new KnotSearch(edges).run();

interface Frame {
  readonly node: number;
  edge: number;
}

/** Tarjan 1972, without recursion: a chain of 10,000 tasks must not exhaust the stack. */
class KnotSearch {
  private readonly index: number[];
  private readonly low: number[];
  private readonly onStack: boolean[];
  private readonly stack: number[] = [];
  private readonly found: number[][] = [];
  private next = 0;

  constructor(private readonly edges: Edges) {
    this.index = edges.map(() => -1);
    this.low = edges.map(() => 0);
    this.onStack = edges.map(() => false);
  }

  run(): number[][] {
    for (let root = 0; root < this.edges.length; root++) if (this.index[root] === -1) this.explore(root);
    return this.found;
  }

  private enter(node: number): Frame {
    this.index[node] = this.low[node] = this.next++;
    this.stack.push(node);
    this.onStack[node] = true;
    return { node, edge: 0 };
  }

  private explore(root: number): void {
    const frames = [this.enter(root)];
    for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
      const target = this.edges[frame.node]?.[frame.edge++];
      if (target === undefined) this.leave(frames);
      else if (this.index[target] === -1) frames.push(this.enter(target));
      else if (this.onStack[target]) this.lower(frame.node, this.index[target] as number);
    }
  }

  private leave(frames: Frame[]): void {
    const { node } = frames.pop() as Frame;
    const parent = frames.at(-1);
    if (parent) this.lower(parent.node, this.low[node] as number);
    if (this.low[node] === this.index[node]) this.collect(node);
  }

  private lower(node: number, to: number): void {
    this.low[node] = Math.min(this.low[node] as number, to);
  }

  private collect(root: number): void {
    const members: number[] = [];
    for (let member = -1; member !== root;) {
      member = this.stack.pop() as number;
      this.onStack[member] = false;
      members.push(member);
    }
    if (members.length > 1 || this.edges[root]?.includes(root)) this.found.push(members.sort((a, b) => a - b));
  }
}

/** One cycle through the first member of a knot, as a closed path: `[a, b, a]`. Breadth first, so a shortest one. */
export const cycleThrough = (edges: Edges, knot: readonly number[]): number[] => {
  const members = new Set(knot);
  const start = knot[0] as number;
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] as number;
    for (const target of edges[node] ?? []) {
      if (target === start) return closedPath(cameFrom, start, node);
      if (!members.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  return [start, start];
};

const closedPath = (cameFrom: ReadonlyMap<number, number>, start: number, last: number): number[] => {
  const path = [start];
  for (let node = last; node !== start; node = cameFrom.get(node) as number) path.unshift(node);
  return [start, ...path];
};
