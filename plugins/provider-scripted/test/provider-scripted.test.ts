import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message, ModelEvent, ModelRequest } from '@rustic-ai/kernel/contracts';
import { createTestKernel, describeModel } from '@rustic-ai/kernel/testing';
import scripted from '@rustic-ai/plugin-provider-scripted';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const scenario = `turns:
  - { when: hello, think: A greeting., say: "Hello there, how are you today?" }
  - { when: slow, say: one two three four five six seven, delayMs: 600000 }
  - { when: broken, error: { code: RUSTIC_MODEL_AUTH, message: There is no key., fix: Add one. } }
  - { when: halfway, say: So far, error: { code: RUSTIC_MODEL_RATE_LIMITED, message: Too much. } }
  - { when: cut, say: So far, stop: cut }
  - { when: long, say: So far, stop: length }
  - when: version
    calls:
      - { tool: fs_read, id: read, input: { path: package.json } }
      - { tool: fs_list, input: { path: . } }
  - when: version
    say: Looking closer.
    calls: [{ tool: shell_run, id: tag, input: { line: "git show v{{read /\\"version\\": \\"([^\\"]+)/}}", options: ["{{call-7-2}}"] } }]
  - { when: version, say: "The tag says: {{tag}}" }
  - { when: too early, say: "{{read}}" }
  - { when: no match, calls: [{ tool: fs_read, id: text }] }
  - { when: no match, say: "{{text /x(\\\\d)/}}" }
`;
let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scripted-'));
  path = join(folder, 'play.yaml');
  await writeFile(path, scenario);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const user = (text: string): Message => ({ role: 'user', parts: [{ type: 'text', text }] });
const request = (...messages: readonly Message[]): ModelRequest => ({
  model: 'scripted/scenario',
  purpose: 'turn',
  messages,
});
const result = (id: string, text: string): Message => ({
  role: 'tool',
  parts: [{ type: 'tool_result', id, output: [{ type: 'text', text }] }],
});
const assistant = (events: readonly ModelEvent[]): Message => ({
  role: 'assistant',
  parts: events.filter((event) => event.type === 'tool_call'),
});
async function open(options: { scenario?: string }) {
  const kernel = await createTestKernel({ plugins: [[scripted, options]] });
  return { kernel, handle: kernel.use('model').default };
}
async function answer(options: { scenario?: string }, asked: ModelRequest) {
  const { kernel, handle } = await open(options);
  const events: ModelEvent[] = [];
  try {
    for await (const event of handle.invoke(asked)) events.push(event);
  } finally {
    await kernel.dispose();
  }
  return events;
}
const play = (...messages: readonly Message[]) => answer({ scenario: path }, request(...messages));
const text = (events: readonly ModelEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');

describeModel(
  {
    async open() {
      const { kernel, handle } = await open({ scenario: path });
      return { handle, close: () => kernel.dispose() };
    },
    text: request(user('hello')),
    tools: request(user('version')),
    slow: request(user('slow')),
    failing: { request: request(user('broken')), code: 'RUSTIC_MODEL_AUTH' },
  },
  { describe, it },
);

describe('provider-scripted', () => {
  it('streams thoughts and text, and estimates the usage', async () => {
    expect(await play(user('hello'))).toEqual([
      { type: 'start', model: 'scripted/scenario' },
      { type: 'reasoning', text: 'A greeting.' },
      { type: 'text', text: 'Hello there, how are you today?' },
      { type: 'finish', reason: 'stop', usage: { inputTokens: 16, outputTokens: 13, estimated: true } },
    ]);
  });

  it('plays turn after turn and fills in what the tools answered', async () => {
    const first = await play(user('version'));
    expect(first.slice(1, -1)).toEqual([
      { type: 'tool_call', id: 'read', name: 'fs_read', input: { path: 'package.json' } },
      { type: 'tool_call', id: 'call-7-2', name: 'fs_list', input: { path: '.' } },
    ]);
    const history = [
      user('version'),
      assistant(first),
      result('read', '{ "version": "1.2.3" }'),
      result('call-7-2', 'a b'),
    ];
    const second = await play(...history);
    expect(second.slice(1)).toEqual([
      { type: 'text', text: 'Looking closer.' },
      { type: 'tool_call', id: 'tag', name: 'shell_run', input: { line: 'git show v1.2.3', options: ['a b'] } },
      { type: 'finish', reason: 'tool_calls', usage: expect.objectContaining({ estimated: true }) },
    ]);
    history.push(assistant(second), result('tag', 'release'));
    expect(text(await play(...history))).toBe('The tag says: release');
    history.push(assistant([]));
    expect(text(await play(...history))).toBe('That is all this scenario has to say. Thank you.');
  });

  it('begins again with the next user message, with ids the conversation does not have yet', async () => {
    const first = await play(user('version'));
    const before = [user('version'), assistant(first), result('read', '"version": "1"'), result('call-7-2', 'old')];
    const again = await play(...before, user('version'));
    expect(again.slice(1, -1)).toMatchObject([{ id: 'read--2' }, { id: 'call-7-2--2' }]);
    const next = [assistant(again), result('read--2', '"version": "2"'), result('call-7-2--2', 'new')];
    expect(await play(...before, user('version'), ...next)).toContainEqual({
      type: 'tool_call',
      id: 'tag',
      name: 'shell_run',
      input: { line: 'git show v2', options: ['new'] },
    });
  });

  it('fails in the middle of an answer with the code of the scenario', async () => {
    expect((await play(user('halfway'))).slice(1)).toEqual([
      { type: 'text', text: 'So far' },
      { type: 'finish', reason: 'error', error: { code: 'RUSTIC_MODEL_RATE_LIMITED', message: 'Too much.' } },
    ]);
  });

  it('ends without a finish, or as too long, on request', async () => {
    expect((await play(user('cut'))).at(-1)).toMatchObject({
      reason: 'error',
      error: { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE' },
    });
    expect((await play(user('long'))).at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
  });

  it('refuses a template whose call has no result, or a result without what it looks for', async () => {
    const details = { file: path, column: 5 };
    await expect(play(user('too early'))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_SCENARIO',
      details: { ...details, line: 16, reason: 'the call "read" has no result yet' },
    });
    const history = [user('no match'), assistant(await play(user('no match'))), result('text', 'abc')];
    await expect(play(...history)).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_SCENARIO',
      details: { ...details, line: 18, reason: String.raw`/x(\d)/ does not occur in the result of "text": "abc"` },
    });
  });

  it('answers any prompt as a demonstration when no scenario is named', async () => {
    const said = text(await answer({}, request(user('version'))));
    expect(said).toMatch(/^This is a demonstration model: .* put a provider plugin into rustic\.json\.$/);
  });

  it('finds a relative path in the working folder, and says when there is no such file', async () => {
    const kernel = await createTestKernel({ plugins: [[scripted, { scenario: 'mine.yaml' }]] });
    const run = async () => {
      const events: ModelEvent[] = [];
      for await (const event of kernel.use('model').default.invoke(request(user('x')))) events.push(event);
      return text(events);
    };
    await expect(run()).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_SCENARIO',
      details: { file: 'mine.yaml', line: 1, column: 1, reason: 'there is no such file' },
    });
    await writeFile(join(kernel.workspace, 'mine.yaml'), 'turns: [{ say: Found. }]');
    expect(await run()).toBe('Found.');
    await kernel.dispose();
  });
});
