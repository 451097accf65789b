import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import { modelError, type ModelEvent, type ModelRequest, type RunEvent, textOf } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { collect, createTestKernel, scriptedModel, type ScriptedReply } from '@rustic-ai/kernel/testing';
import agentLoop from '@rustic-ai/plugin-agent-loop';
import replay from '@rustic-ai/plugin-provider-replay';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it, onTestFinished } from 'vitest';

const secretValue = 'correct-horse-battery';
const manifest = defineManifest({
  id: 'tool-test',
  requires: { host: { one: 'host' } },
  contributes: {
    tool: {
      where: {
        summary: 'Says where it is',
        input: Type.Object({ path: Type.String() }),
        effects: { kind: 'read', idempotent: true, openWorld: false },
      },
    },
  },
});
const paths: string[] = [];
const tool = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: ({ deps }) => ({
    tool: {
      where: {
        run: ({ path }) => {
          paths.push(path);
          return { parts: [{ type: 'text', text: `${path} is in ${deps.host.folders.cwd}` }] };
        },
      },
    },
  }),
});

function recordingFile() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-replay-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'run.jsonl');
}
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { model: string; digest: string; events: readonly ModelEvent[] });

/** A whole agent, whose model is a script that is recorded, or a recording. */
async function open(options: object, replies?: readonly ScriptedReply[], env: Readonly<Record<string, string>> = {}) {
  const kernel = await createTestKernel({
    plugins: [
      agentLoop,
      sessionLog,
      memory,
      tool,
      ...(replies ? [scriptedModel(replies).plugin] : []),
      [replay, options as never],
    ],
    bind: { model: replies ? 'test/scripted' : 'replay/test/scripted' },
    host: {
      secrets: {
        read: async (reference) => {
          const value = '$env' in reference ? env[reference.$env] : undefined;
          if (value === undefined) throw new Error('it has no value');
          return value;
        },
      },
    },
  });
  onTestFinished(() => kernel.dispose());
  const run = (prompt: string) => collect(kernel.use('agent').default.invoke({ prompt }, kernel.call()));
  const ask = (request: Partial<ModelRequest> = {}) => {
    const model = kernel.use('model').default;
    return collect(model.invoke({ model: model.name, messages: [], purpose: 'other', ...request }, kernel.call()));
  };
  return { kernel, run, ask };
}
const cwdOf = (request: ModelRequest) => /folder (\S+)\. /.exec(textOf(request.messages[0]?.parts ?? []))?.[1] ?? '';
const worksWithTools: readonly ScriptedReply[] = [
  (request) => [
    { type: 'reasoning', text: 'I look.' },
    { type: 'text', text: 'One mo' },
    { type: 'text', text: 'ment.' },
    { type: 'tool_call', id: 'c1', name: 'where', input: { path: `${cwdOf(request)}/a.txt` } },
    { type: 'tool_call', id: 'c2', name: 'where', input: { path: 'b.txt' } },
  ],
  (request) => [{ type: 'text', text: `It is all in ${cwdOf(request)}.` }],
];
/** What does not depend on when and where a run was made. */
const told = (events: readonly RunEvent[], cwd: string): unknown =>
  events.map((event) => {
    const { ts: _, sessionId: __, ...rest } = JSON.parse(JSON.stringify(event).replaceAll(cwd, '.')) as RunEvent;
    const { plugins: ___, model: ____, durationMs: _____, ...same } = rest as unknown as Record<string, unknown>;
    return same;
  });

describe('a recording', () => {
  it('of an agent run with tools, played back elsewhere, gives the same events', async () => {
    const file = recordingFile();
    const first = await open({ record: file }, worksWithTools);
    const recorded = await first.run('where is it?');
    await first.kernel.dispose();
    expect(recorded.at(-1)).toMatchObject({ status: 'ok', result: `It is all in ${first.kernel.workspace}.` });
    expect(linesOf(file).map(({ model }) => model)).toEqual(['test/scripted', 'test/scripted']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(first.kernel.workspace);

    paths.length = 0;
    const second = await open({ play: file });
    const played = await second.run('where is it?');
    expect(second.kernel.workspace).not.toBe(first.kernel.workspace);
    expect(told(played, second.kernel.workspace)).toEqual(told(recorded, first.kernel.workspace));
    expect(paths).toEqual([`${second.kernel.workspace}/a.txt`, 'b.txt']);
  });

  it('keeps what a model failed with', async () => {
    const file = recordingFile();
    const error = modelError('RUSTIC_MODEL_OVERLOADED', { model: 'x', status: 529, reason: 'busy' });
    const failing = () => {
      throw error;
    };
    const first = await open({ record: file }, [failing]);
    const recorded = await first.ask();
    await first.kernel.dispose();
    const second = await open({ play: file });
    expect(await second.ask()).toEqual(recorded);
    expect(recorded.at(-1)).toMatchObject({ reason: 'error', error: { code: error.code, details: { status: 529 } } });
  });

  it('keeps what a model threw before it began', async () => {
    const [empty, file] = [recordingFile(), recordingFile()];
    writeFileSync(empty, JSON.stringify({ v: 1, model: 'test/scripted', digest: 'd', events: [] }));
    const first = await open({ play: empty, record: file });
    const thrown: unknown = await first.ask().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'RUSTIC_MODEL_REPLAY_MISS' });
    await first.kernel.dispose();
    const { kernel } = await open({ play: file });
    const again = kernel.use('model').get('replay/replay/test/scripted');
    await expect(collect(again.invoke({ model: again.name, messages: [], purpose: 'other' }))).rejects.toEqual(thrown);
  });

  it('never has a secret in it, also where it was sent in pieces', async () => {
    const file = recordingFile();
    const pattern = `sk-ant-${'a1'.repeat(12)}`;
    const { ask, kernel } = await open(
      { record: file, secrets: [{ $env: 'MINE' }] },
      [
        [
          { type: 'text', text: `It is ${secretValue.slice(0, 9)}` },
          { type: 'text', text: `${secretValue.slice(9)}; or ${pattern.slice(0, 12)}` },
          { type: 'text', text: `${pattern.slice(12)}.` },
          { type: 'tool_call_delta', id: 'c', name: 'where', text: `{"path":"${pattern.slice(0, 5)}` },
          { type: 'tool_call_delta', id: 'c', name: 'where', text: `${pattern.slice(5)}"}` },
          {
            type: 'tool_call',
            id: 'c',
            name: 'where',
            input: { path: pattern, [secretValue]: ['Bearer abcdefghijklmnop'] },
          },
        ],
      ],
      { MINE: secretValue, OPENAI_API_KEY: 'plain-key-of-a-vendor' },
    );
    const events = await ask({
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'plain-key-of-a-vendor' }] }],
    });
    expect(JSON.stringify(events)).toContain(pattern);
    await kernel.dispose();
    const content = readFileSync(file, 'utf8');
    for (const secret of [secretValue, pattern, pattern.slice(12), 'abcdefghijklmnop', 'plain-key'])
      expect(content).not.toContain(secret);
    const texts = linesOf(file)[0]?.events.map((event) => ('text' in event ? event.text : ''));
    expect(texts?.join('')).toBe('It is [secret]; or [secret].{"path":"[secret]"}');
  });

  it('gives a request its own answer, and none to another: strict', async () => {
    const file = recordingFile();
    const said = (text: string) => ({
      messages: [{ role: 'user' as const, parts: [{ type: 'text' as const, text }] }],
    });
    const answers = ['one', 'two'].map((text) => [{ type: 'text' as const, text }]);
    const first = await open({ record: file }, answers);
    await first.ask(said('a'));
    await first.ask(said('b'));
    await first.kernel.dispose();
    const text = (events: readonly ModelEvent[]) => events.map((event) => ('text' in event ? event.text : '')).join('');
    const strict = await open({ play: file });
    expect(text(await strict.ask(said('b')))).toBe('two');
    await expect(strict.ask(said('c'))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_REPLAY_MISS',
      details: { model: 'replay/test/scripted', digest: expect.stringMatching(/^[\da-f]{32}$/), left: 1 },
    });
    expect(text(await strict.ask({ ...said('a'), stream: false }))).toBe('one');
    await expect(strict.ask(said('a'))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_REPLAY_MISS',
      details: { left: 0 },
    });
    const lenient = await open({ play: file, match: 'lenient' });
    expect(text(await lenient.ask(said('c')))).toBe('one');
    expect(text(await lenient.ask(said('d')))).toBe('two');
    await expect(lenient.ask(said('e'))).rejects.toMatchObject({ code: 'RUSTIC_MODEL_REPLAY_MISS' });
  });

  it.each([
    ['{', 'line 1 is no JSON'],
    ['{"v":2}', 'line 1 is of another version'],
    ['\n{"v":1,"model":"m","digest":"d","events":[{}]}', 'line 2 is no answer of a model'],
  ])('that is damaged (%j) is refused with the line', async (content, reason) => {
    const file = recordingFile();
    writeFileSync(file, content);
    const { ask } = await open({ play: file });
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_REPLAY_FILE', details: { file, reason } });
  });

  it.each(['a folder', 'a link'])(
    'that can not be written, because it is %s, costs no answer and is told',
    async (what) => {
      const file = recordingFile();
      const elsewhere = `${file}.elsewhere`;
      if (what === 'a folder') mkdirSync(file);
      else {
        writeFileSync(elsewhere, 'mine');
        symlinkSync(elsewhere, file);
      }
      const { ask, kernel } = await open({ record: file }, [[{ type: 'text', text: 'heard' }]]);
      expect(JSON.stringify(await ask())).toContain('heard');
      await kernel.dispose();
      expect(kernel.logs).toMatchObject([{ level: 'error', message: expect.stringContaining('can not be written') }]);
      if (what === 'a link') expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    },
  );

  it('that is not there is refused', async () => {
    const { ask } = await open({ play: 'nowhere.jsonl' });
    const details = { file: 'nowhere.jsonl', reason: 'there is no such file' };
    await expect(ask()).rejects.toMatchObject({ code: 'RUSTIC_MODEL_REPLAY_FILE', details });
  });
});
