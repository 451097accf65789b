// Runs the plugin on the real streams of a process: `run.program.mjs once|interactive`.
import { createKernel, definePlugin } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { defineManifest } from '@rustic-ai/kernel/schema';
import terminal from '@rustic-ai/plugin-frontend-terminal';

const usage = { inputTokens: 1, outputTokens: 2 };
const head = (seq) => ({ v: 1, seq, ts: '2026-01-02T03:04:05.678Z', sessionId: 's-1' });
const access = { action: 'fs.write', resource: 'a.txt' };
const agent = definePlugin({
  manifest: async () => ({
    default: defineManifest({
      id: 'agent-test',
      requires: { tools: { all: 'tool' } },
      contributes: { agent: { main: { summary: 'A test agent' } } },
    }),
  }),
  setup: ({ deps }) => ({
    agent: {
      main: {
        async *run({ prompt }, call) {
          const outcome = await deps.tools
            .get('write')
            .invoke({}, call)
            .then(
              () => 'was written',
              ({ details }) => details.message,
            );
          const item = { type: 'agent_message', id: 'm', text: `${prompt}: ${outcome}` };
          yield { ...head(1), type: 'item.completed', item };
          const rest = { usage, turns: 1, durationMs: 1, permissionDenials: [], errors: [] };
          yield { ...head(2), type: 'run.completed', status: 'ok', exitCode: 0, ...rest };
        },
      },
    },
  }),
});
const tool = definePlugin({
  manifest: async () => ({
    default: defineManifest({
      id: 'tool-test',
      permissions: [{ action: 'fs.write', match: '**', reason: 'It writes.' }],
      contributes: {
        tool: { write: { summary: 'Writes', effects: { kind: 'write', idempotent: true, openWorld: false } } },
      },
    }),
  }),
  setup: () => ({ tool: { write: { access: () => [access], run: () => ({ parts: [] }) } } }),
});
const kernel = await createKernel({ contracts: standard, host: nodeHost(), plugins: [agent, tool, terminal] });
const frontend = await kernel.service('frontend');
const [, , mode] = process.argv;
const { exitCode } = await frontend.run({ mode, ...(mode === 'once' && { prompt: 'Hi' }) }, kernel.call());
await kernel.dispose();
process.exitCode = exitCode;
