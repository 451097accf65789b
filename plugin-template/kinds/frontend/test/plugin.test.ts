import { createTestKernel, createTestStreams } from '@rustic-ai/kernel/testing';
import { definePlugin } from '@rustic-ai/kernel';
import type { RunEvent, RunEventBody } from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import plugin from 'rustic-plugin-frontend-template';
import { expect, it, onTestFinished } from 'vitest';

const manifest = defineManifest({ id: 'agent-test', contributes: { agent: { parrot: { summary: 'Says it again' } } } });
const event = (body: RunEventBody): RunEvent => ({ v: 1, seq: 1, ts: '2026-01-01T00:00:00Z', sessionId: 's', ...body });
const usage = { inputTokens: 0, outputTokens: 0 };
const ended = { status: 'ok', exitCode: 0, usage, turns: 1, durationMs: 1, permissionDenials: [], errors: [] } as const;
const parrot = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: () => ({
    agent: {
      parrot: {
        async *run({ prompt, session = 'new' }) {
          const answer = `${String(prompt)} (${session})`;
          for (const text of ['I think.', answer])
            yield event({ type: 'item.completed', item: { type: 'agent_message', id: text, text } });
          yield event({ type: 'run.completed', ...ended, result: answer });
        },
      },
    },
  }),
});

it.each([
  [true, 'I think.\nI think.\n'],
  [false, ''],
])('takes a prompt a line and goes on with the session; notes: %s', async (notes, stderr) => {
  const { streams, written, type } = createTestStreams();
  const plugins = [[plugin, { notes }] as const, parrot];
  const kernel = await createTestKernel({ plugins, ownApprover: true, host: { streams } });
  onTestFinished(() => kernel.dispose());
  const frontend = await kernel.service('frontend');
  const running = frontend.run({ mode: 'interactive' }, kernel.call());
  type('hello\n');
  type('and you?\n');
  streams.stdin.end();
  expect(await running).toEqual({ exitCode: 0, session: 's' });
  expect(written).toEqual({ stdout: 'hello (new)\nand you? (s)\n', stderr });
});
