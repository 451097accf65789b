import { visibleLine } from '@rustic-ai/kernel/contracts';
import { type Edge, edgesOf } from '../composing/facts.js';
import { openPlace, type PlaceOptions } from '../project.js';

/** Prints what the plugins of the composition require of each other. */
export async function graph(options: PlaceOptions & { format?: 'text' | 'mermaid' | 'json' }): Promise<number> {
  const place = await openPlace(options);
  const lock = await place.lock();
  const plugins = lock.plugins.map(({ id, version }) => ({ id, version }));
  const edges = edgesOf(lock);
  const { format = 'text' } = options;
  if (format === 'json') process.stdout.write(`${JSON.stringify({ plugins, edges })}\n`);
  else if (format === 'mermaid')
    process.stdout.write(
      mermaid(
        plugins.map(({ id }) => id),
        edges,
      ),
    );
  else
    for (const { id, version } of plugins) {
      const own = edges.filter(({ from }) => from === id);
      const lines = own.map(({ capability, form, to }) => `  ${capability} (${form}): ${to.join(', ') || 'nobody'}`);
      process.stdout.write(`${[`${id}@${version}`, ...lines].map(visibleLine).join('\n')}\n`);
    }
  return 0;
}

/** As Mermaid draws it. Source: Mermaid 11, flowchart syntax. */
function mermaid(ids: readonly string[], edges: readonly Edge[]): string {
  const named = new Map(['host', ...ids].map((id, index) => [id, `p${index}`]));
  const used = new Set([...ids, ...edges.flatMap(({ to }) => to)]);
  const nodes = [...named].filter(([id]) => used.has(id)).map(([id, node]) => `  ${node}["${id}"]`);
  const arrows = edges.flatMap(({ from, to, capability, form }) =>
    to.map((one) => `  ${named.get(from)} ${form === 'one' ? '-->' : '-.->'}|${capability}| ${named.get(one)}`),
  );
  return `${['flowchart LR', ...nodes, ...arrows].join('\n')}\n`;
}
