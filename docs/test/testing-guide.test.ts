import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnyPlugin, definePlugin } from '@rustic-ai/kernel';
import { textOf } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import * as testing from '@rustic-ai/kernel/testing';
import {
  collect,
  createTestClock,
  createTestKernel,
  createTestStreams,
  describeSuite,
  describeTool,
  faulty,
  findLeaks,
  recordHooks,
  type Rule,
  scoreOf,
  scriptedModel,
  toolSuite,
  type ToolSubject,
} from '@rustic-ai/kernel/testing';
import agentLoop from '@rustic-ai/plugin-agent-loop';
import terminal from '@rustic-ai/plugin-frontend-terminal';
import catalogue from '@rustic-ai/plugin-provider-catalogue';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import files from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it } from 'vitest';
import { read } from './repository.js';

const manifest = defineManifest({
  id: 'tool-greet',
  contributes: {
    tool: {
      greet: {
        summary: 'Greets somebody',
        input: Type.Object({ name: Type.String({ description: 'Who is greeted' }) }),
        effects: { kind: 'none', idempotent: true, openWorld: false },
      },
    },
  },
});
const greeter: AnyPlugin = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: () => ({ tool: { greet: { run: ({ name }) => ({ parts: [{ type: 'text', text: `Hello, ${name}!` }] }) } } }),
});

it('a tool', async () => {
  const kernel = await createTestKernel({ plugins: [greeter], answers: [{ outcome: 'once' }] });
  const result = await kernel.use('tool').get('greet').invoke({ name: 'Ada' }, kernel.call());
  expect(textOf(result.parts)).toBe('Hello, Ada!');
  await kernel.dispose();
});

it('a workspace', async () => {
  const kernel = await createTestKernel({
    plugins: [workspace, files],
    files: { 'notes/today.md': 'Buy milk.\n' },
    answers: ({ accesses }) =>
      accesses.some(({ action }) => action === 'fs.write') ? { outcome: 'once' } : { outcome: 'deny' },
  });
  const write = kernel.use('tool').get('fs_write');
  await write.invoke({ path: 'notes/new.md', content: 'Done.\n' }, kernel.call());
  expect(await readFile(join(kernel.workspace, 'notes/new.md'), 'utf8')).toBe('Done.\n');
  expect(kernel.asks.map(({ name }) => name)).toEqual(['fs_write']);
  await kernel.dispose();
});

it('a run', async () => {
  const model = scriptedModel([
    [{ type: 'tool_call', id: 'c1', name: 'greet', input: { name: 'Ada' } }],
    ({ messages }) => [{ type: 'text', text: `I said so, after ${messages.length} messages.` }],
  ]);
  const kernel = await createTestKernel({
    plugins: [agentLoop, sessionLog, memory, greeter, model.plugin],
    answers: [{ outcome: 'once' }],
  });
  const events = await collect(kernel.use('agent').default.invoke({ prompt: 'Greet Ada.' }, kernel.call()));
  expect(events.at(-1)).toMatchObject({ type: 'run.completed', result: 'I said so, after 4 messages.' });
  expect(model.requests[1]?.messages.at(-1)?.role).toBe('tool');
  await kernel.dispose();
});

it('a fault', async () => {
  const full = faulty(memory, ({ contract, name, time }) =>
    contract === 'session.store' && name === 'append' && time === 1 ? { throws: new Error('disk full') } : undefined,
  );
  const kernel = await createTestKernel({ plugins: [full, sessionLog] });
  const log = await (await kernel.service('session')).create({ agent: 'main' });
  const note = [{ type: 'note' as const, body: 'x' }];
  await expect(log.append(note)).rejects.toThrow('disk full');
  await log.append(note);
  expect(log.info.entries).toBe(1);
  await kernel.dispose();
});

it('a clock', async () => {
  const clock = createTestClock();
  const kernel = await createTestKernel({ plugins: [memory, sessionLog], host: clock });
  const sessions = await kernel.service('session');
  expect((await sessions.create({ agent: 'main' })).info.id).toMatch(/^20260304-/);
  clock.advance(24 * 60 * 60 * 1_000);
  expect((await sessions.create({ agent: 'main' })).info.id).toMatch(/^20260305-/);
  await kernel.dispose();
});

it('hooks', async () => {
  const { plugin, seen } = recordHooks('tool.call', 'tool.result');
  const kernel = await createTestKernel({ plugins: [greeter, plugin], answers: [{ outcome: 'once' }] });
  await kernel.use('tool').get('greet').invoke({ name: 'Ada' }, kernel.call());
  expect(seen.map(({ hook }) => hook)).toEqual(['tool.call', 'tool.result']);
  expect(seen[1]?.payload).toEqual({ parts: [{ type: 'text', text: 'Hello, Ada!' }] });
  await kernel.dispose();
});

it('leaks', async () => {
  const left = await findLeaks(async () => {
    const kernel = await createTestKernel({ plugins: [memory] });
    await kernel.service('key-value', 'greeter');
    await kernel.dispose();
  });
  expect(left).toEqual([]);
});

it('streams', async () => {
  const { streams, written } = createTestStreams();
  const model = scriptedModel([[{ type: 'text', text: 'Hello!' }]]);
  const kernel = await createTestKernel({
    plugins: [terminal, agentLoop, sessionLog, memory, model.plugin],
    ownApprover: true,
    host: { streams },
  });
  const frontend = await kernel.service('frontend');
  expect(await frontend.run({ mode: 'once', prompt: 'Hi' }, kernel.call())).toMatchObject({ exitCode: 0 });
  expect(written.stdout).toBe('Hello!\n');
  await kernel.dispose();
});

const subject: ToolSubject = {
  name: 'greet',
  good: { name: 'Ada' },
  bad: { name: 7 },
  async open() {
    const kernel = await createTestKernel({ plugins: [greeter], answers: [{ outcome: 'once' }] });
    const handle = kernel.use('tool').get('greet');
    return { handle, call: () => kernel.call(), audit: () => kernel.audit(), close: () => kernel.dispose() };
  },
};

describeTool(subject, { describe, it });

it('a scorecard', async () => {
  const { passed, failed, rules } = await scoreOf('tool greet', toolSuite, subject);
  expect([passed, failed]).toEqual([toolSuite.length, 0]);
  expect(rules[0]).toEqual({ id: 'name', says: 'has a name every model takes', ok: true });
  const broken = await scoreOf('tool greet', toolSuite, { ...subject, name: 'other' });
  expect(broken.rules[0]).toMatchObject({ id: 'name', ok: false, reason: expect.stringContaining('other') });
});

interface Dice {
  roll(): number;
}
const diceSuite: readonly Rule<Dice>[] = [
  {
    id: 'range',
    says: 'rolls a number from 1 to 6',
    run(dice) {
      for (let time = 0; time < 100; time++) expect([1, 2, 3, 4, 5, 6]).toContain(dice.roll());
    },
  },
];
describeSuite('dice', diceSuite, { roll: () => 4 }, { describe, it });

it('a twin', async () => {
  const { rules } = await scoreOf('dice', diceSuite, { roll: () => 7 });
  expect(rules.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual(['range']);
});

describe('a fault', () => {
  it('is of any kind, of services and operations, of what answers and what streams', async () => {
    const model = scriptedModel([[{ type: 'text', text: 'Hello!' }]]);
    const request = { model: 'test/scripted', purpose: 'turn', messages: [] } as const;
    const ask = async (fault: testing.Fault) => {
      const plugins = [faulty(model.plugin, () => fault), faulty(greeter, () => fault), faulty(memory, () => fault)];
      const kernel = await createTestKernel({ plugins, answers: [{ outcome: 'once' }] });
      const call = kernel.call();
      const outcome = <T>(work: Promise<T>) => work.catch((error: Error) => error.message);
      const all = [
        await outcome(collect(kernel.use('model').default.invoke(request, call))),
        await outcome(kernel.use('tool').get('greet').invoke({ name: 'Ada' }, call)),
        await outcome((await kernel.service('key-value', 'a')).get('x') as Promise<unknown>),
      ];
      await kernel.dispose();
      return all;
    };
    const thrown = await ask({ throws: new Error('gone') });
    for (const one of thrown) expect(one).toMatch(/gone/);
    const wrong = await ask({ gives: [{ type: 'nonsense' }] });
    expect(wrong[0]).toMatch(/began with "nonsense"/);
    expect(wrong.slice(1)).toEqual([[{ type: 'nonsense' }], [{ type: 'nonsense' }]]);
    const [events, result, value] = await ask({ lateMs: 5 });
    expect(events).toHaveLength(3);
    expect([result, value]).toEqual([{ parts: [{ type: 'text', text: 'Hello, Ada!' }] }, undefined]);
  });

  it('of a service that answers at once is thrown at once, and hangs nowhere', async () => {
    const open = async (fault: testing.Fault) => {
      const kernel = await createTestKernel({ plugins: [faulty(catalogue, () => fault)] });
      const { find } = await kernel.service('model.catalogue');
      await kernel.dispose();
      return () => find('openai/gpt-5');
    };
    expect(await open({ throws: new Error('gone') })).toThrow('gone');
    expect(await open({ hangs: true })).toThrow(TypeError);
    expect((await open({ gives: 7 }))()).toBe(7);
  });

  it('that hangs is left at the time limit, also when it does not heed that it was cancelled', async () => {
    const kernel = await createTestKernel({
      plugins: [faulty(greeter, () => ({ hangs: true }))],
      answers: [{ outcome: 'once' }],
    });
    const cancel = new AbortController();
    const options = { signal: cancel.signal };
    const running = kernel.use('tool').get('greet').invoke({ name: 'Ada' }, kernel.call(), options);
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_ABORTED' });
    await kernel.dispose();
  });
});

describe('the guide to the testing kit', () => {
  const page = read('docs/guides/testing.md');
  const flat = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .join('\n');

  it('shows nothing but what is run here', () => {
    const own = flat(read('docs/test/testing-guide.test.ts'));
    const blocks = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, block = '']) => flat(block).trim());
    expect(blocks.length).toBeGreaterThan(8);
    for (const block of blocks) expect(own).toContain(block);
  });

  it('names every suite and every tool of the kit', () => {
    const names = Object.keys(testing).filter((name) =>
      /^(describe|create|start)|^(faulty|findLeaks|collect|recordHooks|scoreOf|scriptedModel|auditRows)$/.test(name),
    );
    expect(names.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`${name}(`))).toEqual([]);
  });
});
