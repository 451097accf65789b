/** Either an order in which everything comes after what it needs, or the circle that makes that impossible. */
export type Sorted = { readonly order: readonly string[] } | { readonly cycle: readonly string[] };

/**
 * Sorts nodes so that each comes after the nodes it follows; otherwise in the order given.
 *
 * Shape: edges to unknown nodes are ignored; `cycle` starts and ends with the same node.
 */
export function sortGraph(nodes: readonly string[], follows: (node: string) => Iterable<string>): Sorted {
  const known = new Set(nodes);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): readonly string[] | undefined => {
    if (done.has(node)) return undefined;
    const start = path.indexOf(node);
    if (start >= 0) return [...path.slice(start), node];
    path.push(node);
    for (const next of follows(node)) {
      const cycle = known.has(next) ? visit(next) : undefined;
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const cycle = visit(node);
    if (cycle) return { cycle };
  }
  return { order: [...done] };
}
