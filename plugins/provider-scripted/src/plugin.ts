import { resolve } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { demonstration } from './demonstration.js';
import type manifest from './manifest.js';
import { play } from './play.js';
import { readScenario } from './read.js';
import type { Scenario } from './scenario.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config }) {
    let read: Promise<Scenario> | undefined;
    // Kept once it is read; a file that can't be used is looked at again by the next request.
    const scenario = () => {
      if (config.scenario === undefined) return demonstration;
      read ??= readScenario(resolve(deps.host.folders.cwd, config.scenario), config.scenario);
      read.catch(() => (read = undefined));
      return read;
    };
    return {
      model: {
        'scripted/scenario': {
          run: async function* (request, call) {
            yield* play(await scenario(), request, call.signal);
          },
        },
      },
    };
  },
});
