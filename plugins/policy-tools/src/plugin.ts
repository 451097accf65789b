import { type Call, definePlugin, type Json } from '@rustic-ai/kernel';
import { safeTo, toolFacts, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createCache } from './cache.js';
import { within } from './limit.js';
import type manifest from './manifest.js';
import { createStatistics } from './statistics.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, log, own }) {
    const { tools, host, values } = deps;
    // A limit for a tool that is not there is said now, not when it is needed.
    for (const name of Object.keys(config.limitsMs)) tools.get(name);
    const cache = createCache({ ...config.cache, now: () => host.monotonicMs() });
    const statistics = createStatistics(values, log);
    own(() => statistics.keep());
    /** What calls under way are found to be, by their id, until they are counted. */
    const found = new Map<string, { readonly cached: boolean; readonly code?: string }>();

    /** Only what reads has results that hold; whatever else ran may have changed what they say. */
    const around = async (input: Json, call: Call, next: () => Promise<ToolResult>): Promise<ToolResult> => {
      const { declaration } = tools.get(call.name);
      const reads = safeTo(declaration.effects).runBeside;
      const holdsMs = reads ? toolFacts(declaration).cacheMs : undefined;
      const known = holdsMs === undefined ? undefined : cache.get(call.name, input);
      if (known) {
        found.set(call.id, { cached: true });
        return known;
      }
      if (!reads) cache.clear();
      const begun = cache.changes;
      const result = await within(call.name, config.limitsMs[call.name], next).finally(() => reads || cache.clear());
      if (result.error) found.set(call.id, { cached: false, code: result.error.code });
      else if (holdsMs !== undefined) cache.put(call.name, input, result, { holdsMs, begun });
      return result;
    };
    return {
      service: { 'tool.stats': statistics },
      hook: {
        'tool.run': around,
        'tool.called'({ id, name, durationMs, error }) {
          const { cached, code } = found.get(id) ?? { cached: false };
          found.delete(id);
          statistics.add(name, {
            durationMs,
            cached,
            code: error?.code ?? code,
            at: new Date(host.now()).toISOString(),
          });
        },
        'session.closed': () => statistics.keep(),
      },
    };
  },
});
