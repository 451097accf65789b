import { textOf } from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel, scriptedModel } from '@rustic-ai/kernel/testing';
import sessions from '@rustic-ai/plugin-session-log';
import store from '@rustic-ai/plugin-storage-memory';
import plugin from 'rustic-plugin-agent-template';
import { expect, it, onTestFinished } from 'vitest';

it('tells the model its instructions, and asks it no more often than its options say', async () => {
  const again = [{ type: 'tool_call' as const, id: 'c', name: 'gone', input: {} }];
  const model = scriptedModel([again, again, again]);
  const options = { instructions: 'Be brief.', maxSteps: 2 };
  const kernel = await createTestKernel({ plugins: [[plugin, options], sessions, store, model.plugin] });
  onTestFinished(() => kernel.dispose());
  const events = await collect(kernel.use('agent').default.invoke({ prompt: 'Go.', maxSteps: 9 }, kernel.call()));
  expect(events.at(-1)).toMatchObject({ type: 'run.completed', errors: [{ code: 'RUSTIC_LIMIT_STEPS' }] });
  expect(model.requests.map(({ messages }) => textOf(messages[0]?.parts ?? []))).toEqual(['Be brief.', 'Be brief.']);
});
