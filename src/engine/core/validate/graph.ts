/** A directed graph over task indices: `edges[i]` are the targets of task i. */
export type Edges = readonly (readonly number[])[];

/**
 * The strongly connected components with more than one member, or with an edge to itself. Tarjan 1972, without
 * recursion: a chain of 10,000 tasks must not exhaust the stack. O(tasks + edges).
 */
export const knots = (edges: Edges): number[][] => {
  const found: number[][] = [];
  const search = {
    index: edges.map(() => -1),
    low: edges.map(() => 0),
    onStack: edges.map(() => false),
    stack: [] as number[],
    next: 0,
  };
  edges.forEach((_, root) => {
    if (search.index[root] === -1) explore(edges, root, search, found);
  });
  return found;
};

interface Search {
  readonly index: number[];
  readonly low: number[];
  readonly onStack: boolean[];
  readonly stack: number[];
  next: number;
}

interface Frame {
  readonly node: number;
  edge: number;
}

const enter = (search: Search, node: number): Frame => {
  search.index[node] = search.low[node] = search.next++;
  search.stack.push(node);
  search.onStack[node] = true;
  return { node, edge: 0 };
};

const explore = (edges: Edges, root: number, search: Search, found: number[][]): void => {
  const { index, low, onStack } = search;
  const frames = [enter(search, root)];
  while (frames.length > 0) {
    const frame = frames[frames.length - 1] as Frame;
    const { node } = frame;
    const target = edges[node]?.[frame.edge++];
    if (target !== undefined) {
      if (index[target] === -1) frames.push(enter(search, target));
      else if (onStack[target]) low[node] = Math.min(low[node] as number, index[target] as number);
      continue;
    }
    frames.pop();
    const parent = frames[frames.length - 1];
    if (parent) low[parent.node] = Math.min(low[parent.node] as number, low[node] as number);
    if (low[node] === index[node]) collect(edges, node, search, found);
  }
};

const collect = (edges: Edges, root: number, search: Search, found: number[][]): void => {
  const members: number[] = [];
  for (let member = -1; member !== root;) {
    member = search.stack.pop() as number;
    search.onStack[member] = false;
    members.push(member);
  }
  if (members.length > 1 || edges[root]?.includes(root)) found.push(members.sort((a, b) => a - b));
};

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
