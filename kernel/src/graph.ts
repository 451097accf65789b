/** Either an order in which everything comes after what it needs, or the circle that makes that impossible. */
export type Sorted<Node> = { readonly order: readonly Node[] } | { readonly cycle: readonly Node[] };

/**
 * Sorts nodes so that each comes after the nodes it follows; otherwise in the order given.
 *
 * Shape: edges to unknown nodes are ignored; `cycle` starts and ends with the same node.
 */
export function sortGraph<Node>(nodes: readonly Node[], follows: (node: Node) => Iterable<Node>): Sorted<Node> {
  const known = new Set(nodes);
  const done = new Set<Node>();
  const path: Node[] = [];
  const visit = (node: Node): readonly Node[] | undefined => {
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
