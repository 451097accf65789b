import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message, ModelEvent } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import scripted from '@rustic-ai/plugin-provider-scripted';

export const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
export const assistant = (events: readonly ModelEvent[]): Message => ({
  role: 'assistant',
  parts: events.filter((event) => event.type === 'tool_call'),
});
export const result = (id: string, text: string): Message => ({
  role: 'tool',
  parts: [{ type: 'tool_result', id, output: [{ type: 'text', text }] }],
});

/** What the model answers to a conversation when this is its scenario; errors call the file as it is named here. */
export async function playFile(scenario: string, content: string, ...messages: readonly Message[]) {
  const kernel = await createTestKernel({ plugins: [[scripted, { scenario }]] });
  const events: ModelEvent[] = [];
  try {
    await writeFile(join(kernel.workspace, scenario), content);
    const model = kernel.use('model').get('scripted/scenario');
    for await (const event of model.invoke({ model: 'scripted/scenario', purpose: 'turn', messages }))
      events.push(event);
  } finally {
    await kernel.dispose();
  }
  return events;
}
