import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createLive } from './live.js';
import type manifest from './manifest.js';
import { resultOf } from './result.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { workspace }, config: { maxBytes } }) {
    const target = workspace.target === 'local' ? {} : { target: workspace.target };
    return {
      tool: {
        shell_run: {
          access: ({ command }) => [{ action: 'exec', resource: command, ...target }],
          preview: ({ command }) => ({ type: 'command', text: command }),
          async run({ command, cwd, timeoutMs: timeLimitMs = 120_000, stdin }, call) {
            const ran = await workspace.exec(
              { line: command },
              {
                timeLimitMs,
                maxBytes,
                signal: call.signal,
                onOutput: createLive((progress) => call.report(progress)),
                ...(cwd !== undefined && { cwd }),
                ...(stdin !== undefined && { stdin }),
              },
            );
            return resultOf(ran, timeLimitMs);
          },
        },
      },
    };
  },
});
