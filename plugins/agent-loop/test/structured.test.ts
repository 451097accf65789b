import { textOf } from '@rustic-ai/kernel/contracts';
import { collect } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, last, openAgent, say } from './helper.js';

const schema = {
  type: 'object',
  required: ['city', 'people'],
  properties: { city: { type: 'string' }, people: { type: 'integer', minimum: 0 } },
  additionalProperties: false,
};
const oslo = { city: 'Oslo', people: 717_000 };
const open = async (...replies: Parameters<typeof openAgent>[0]) => {
  const opened = await openAgent(replies);
  onTestFinished(() => opened.kernel.dispose());
  const ask = () => collect(opened.agent.invoke({ prompt: 'go', output: { schema } }, opened.kernel.call()));
  return { ...opened, ask };
};

describe('an answer that has to fit a schema', () => {
  it.each([
    ['bare', JSON.stringify(oslo)],
    ['in a fence', `\`\`\`json\n${JSON.stringify(oslo, null, 2)}\n\`\`\``],
    ['with blanks around it', `\n  ${JSON.stringify(oslo)}\n`],
  ])('is the value of what was said, %s', async (_, text) => {
    const { ask, model } = await open([say(text)]);
    expect(last(await ask())).toMatchObject({
      status: 'ok',
      exitCode: 0,
      structured: oslo,
      result: JSON.stringify(oslo),
    });
    const [request] = model.requests;
    expect(textOf(request?.messages[0]?.parts ?? [])).toContain(JSON.stringify(schema));
  });

  it('may come after calls', async () => {
    const { ask } = await open([say('{}'), call('a', 'look', { at: 'x' })], [say(JSON.stringify(oslo))]);
    expect(last(await ask()).structured).toEqual(oslo);
  });

  it.each([
    ['is not JSON', 'Oslo has 717,000 people.', 'it is not JSON'],
    ['lacks a part', '{"city":"Oslo"}', '/ must have required properties people'],
    ['has a part of another type', '{"city":"Oslo","people":"many"}', '/people must be integer'],
  ])('is asked for once more when it %s, and that is no part of the conversation', async (_, text, reason) => {
    const { ask, model, kernel } = await open([say(text)], [say(JSON.stringify(oslo))]);
    const completed = last(await ask());
    expect(completed).toMatchObject({ status: 'ok', structured: oslo, usage: { inputTokens: 20, outputTokens: 10 } });
    const [, again] = model.requests;
    const [said, correction] = (again?.messages ?? []).slice(-2);
    expect(said).toEqual({ role: 'assistant', parts: [{ type: 'text', text }] });
    expect(textOf(correction?.parts ?? [])).toContain(`does not fit the schema: ${reason}.`);
    expect(again).toMatchObject({ toolChoice: 'none' });
    const sessions = await kernel.service('session');
    const [info] = await sessions.list({});
    const log = await sessions.open(info?.id ?? '');
    expect((await log.messages()).map(({ role }) => role)).toEqual(['user', 'assistant']);
    const note = (await log.entries()).find(({ type }) => type === 'note');
    expect(note?.body).toMatchObject({ rejected: text, usage: { inputTokens: 10 } });
  });

  it('fails the run when it does not fit the second time either; both were paid for', async () => {
    const { ask, model } = await open([say('{}')], [say('[]')], [say(JSON.stringify(oslo))]);
    const completed = last(await ask());
    expect(completed).toMatchObject({
      status: 'failed',
      exitCode: 1,
      result: '[]',
      usage: { inputTokens: 20 },
      errors: [{ code: 'RUSTIC_AGENT_OUTPUT', details: { reason: '/ must be object' } }],
    });
    expect(completed).not.toHaveProperty('structured');
    expect(model.requests).toHaveLength(2);
  });

  it('is any text without one', async () => {
    const { kernel, agent, model } = await open([say('{}')]);
    const completed = last(await collect(agent.invoke({ prompt: 'go' }, kernel.call())));
    expect(completed).toMatchObject({ status: 'ok', result: '{}' });
    expect(completed).not.toHaveProperty('structured');
    expect(model.requests[0]).not.toHaveProperty('output');
  });
});
