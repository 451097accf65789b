import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { bundle, open, reading } from './helper.js';

/** What a run tells of calls and of skills. */
const told = (events: readonly RunEvent[]) =>
  events.flatMap((event) => {
    if (event.type !== 'item.started' && event.type !== 'item.completed') return [];
    const { item } = event;
    if (item.type === 'skill') return [`${event.type} ${item.type} ${item.name} ${item.status} of ${item.call}`];
    return item.type === 'tool_call' ? [`${event.type} ${item.type} ${item.id} ${item.status}`] : [];
  });
const read = async (input: Parameters<typeof reading>[0]) => {
  const { run } = await open({ plugins: [bundle({ deploy: {} })], replies: [reading(input)] });
  return told(await run());
};

describe('the events of a run that reads a skill', () => {
  it('have an item for the skill around the one for the call', async () => {
    const [first = '', ...rest] = await read({ name: 'deploy' });
    const [, call] = / of (\S+)$/.exec(first) ?? [];
    expect([first, ...rest]).toEqual([
      `item.started skill deploy in_progress of ${call}`,
      `item.started tool_call ${call} in_progress`,
      `item.completed tool_call ${call} completed`,
      `item.completed skill deploy completed of ${call}`,
    ]);
  });

  it('say that it failed', async () => {
    expect((await read({ name: 'nothing-there' })).at(-1)).toMatch(/^item\.completed skill nothing-there failed of /);
  });

  it('name no skill where the input names none', async () => {
    for (const name of ['No Skill\u001b[2J', '../deploy'])
      expect((await read({ name })).filter((line) => line.includes(' skill '))).toEqual([]);
  });
});
