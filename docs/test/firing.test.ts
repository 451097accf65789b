import agentLoop from '@rustic-ai/plugin-agent-loop';
import resilience from '@rustic-ai/plugin-policy-resilience';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import type { AnyPlugin, Call, Handles, Manifest, PluginHooks, SetupContext } from '@rustic-ai/kernel';
import { catalogueOf, type ModelEvent, type ModelRequest, standard, textOf } from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel, scriptedModel } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inapplicable, type Path, paths } from './firing.js';

const catalogue = catalogueOf(standard);
const made = (manifest: Omit<Manifest, 'apiVersion'>, setup: (context: SetupContext) => unknown): AnyPlugin => ({
  manifest: async () => ({ default: { apiVersion: 1, ...manifest } }),
  setup,
});
const look = { kind: 'none', idempotent: true, openWorld: false } as const;
const change = { kind: 'write', idempotent: false, openWorld: false } as const;
const result = { parts: [{ type: 'text', text: 'seen' }] };

/** What was fired, on the path that is being walked. */
function recorder() {
  const fired = new Map<Path, Set<string>>();
  let at: Path | undefined;
  const record = (hook: string) => void (at && fired.get(at)?.add(hook));
  const taps = catalogue.map(({ id, kind }): [string, unknown] => {
    if (kind === 'wrap') return [id, (_input: unknown, _call: Call, next: () => unknown) => (record(id), next())];
    return [id, () => record(id)];
  });
  const plugin = made(
    { id: 'recorder', contributes: { hook: Object.fromEntries(taps.map(([id]) => [id, {}])) } },
    () => ({
      hook: Object.fromEntries(taps),
    }),
  );
  const walk = async <T>(path: Path, work: () => Promise<T>): Promise<T> => {
    const before = at;
    at = path;
    fired.set(path, fired.get(path) ?? new Set());
    const done = await work();
    // What is told without being waited for has its turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    at = before;
    return done;
  };
  return { plugin, walk, fired: (path: Path) => [...(fired.get(path) ?? [])].toSorted() };
}

/** Calls tools first, then answers; fails or waits when it is asked to. */
async function* reply({ messages }: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const prompt = messages.findLast(({ role }) => role === 'user');
  const [text = '', ...tools] = textOf(prompt?.parts ?? []).split(' ');
  if (text === 'fail') throw new Error('the model failed');
  if (text === 'wait') await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  if (messages.at(-1)?.role === 'tool') yield { type: 'text', text: 'done' };
  else for (const name of tools) yield { type: 'tool_call', id: `id-${name}`, name, input: {} };
}
type Agents = Handles<'agent'>;
/** One turn that uses tools and ends well, one that fails, one that is cancelled. */
async function turns(agents: Agents, call: Call | undefined, tools: string, session?: string) {
  const of = (prompt: string) => ({ prompt, ...(session && { session }) });
  const agent = agents.get('main');
  await collect(agent.invoke(of(`work ${tools}`), call));
  await collect(agent.invoke(of('fail'), call));
  const controller = new AbortController();
  for await (const { type } of agent.invoke(of('wait'), call, { signal: controller.signal }))
    if (type === 'turn.started') controller.abort();
}

interface Deps {
  readonly models: Handles<'model'>;
  readonly tools: Handles<'tool'>;
  readonly agents: Agents;
  readonly commands: Handles<'command'>;
  readonly skills: Handles<'skill'>;
  readonly steps: Handles<'workflow.step'>;
}
const step = { step: 'one', inputs: {}, run: 'r1' };
const work = 'look change fresh broken flaky';
/** Tries twice, and opens a breaker at the first failure. */
const policy = {
  model: { retry: { attempts: 1 } },
  tool: { retry: { attempts: 2, baseMs: 1 }, breaker: { failures: 1, openMs: 3_600_000 } },
};
/** Calls one of everything, as what an engine, an MCP server or a command does below its own call. */
async function everything({ models, tools, agents, commands, skills, steps }: Deps, call: Call) {
  await collect(models.default.invoke({ model: 'test/scripted', messages: [], purpose: 'other' }, call));
  for (const name of ['look', 'change', 'fresh']) await tools.get(name).invoke({}, call);
  for (const name of ['broken', 'flaky'])
    await tools
      .get(name)
      .invoke({}, call)
      .catch(() => {});
  await turns(agents, call, 'look');
  await collect(commands.get('leaf').invoke({ text: '' }, call));
  await skills.get('leaf').invoke({}, call);
  await steps.get('leaf').invoke(step, call);
}

/** A composition in which every path can be walked; each is walked in one of its own. */
async function open(stream: boolean) {
  const { plugin: recording, walk, fired } = recorder();
  const requires = {
    models: { all: 'model' },
    tools: { all: 'tool' },
    agents: { all: 'agent' },
    commands: { all: 'command' },
    skills: { all: 'skill' },
    steps: { all: 'workflow.step' },
  } as const;
  const summary = 'For the test';
  const tool = (effects: object) => ({ summary, effects });
  const walker = made(
    {
      id: 'walker',
      requires,
      permissions: [{ action: 'fs.write', match: '**', reason: 'the test' }],
      contributes: {
        tool: {
          look: tool(look),
          change: tool(change),
          nested: tool(look),
          flaky: tool(look),
          delegate: tool(look),
          'mcp__*': tool(look),
        },
        command: { walk: { summary }, leaf: { summary } },
        skill: { leaf: { summary } },
        'workflow.step': { walk: { summary }, leaf: { summary } },
      },
    },
    ({ deps }) => {
      const all = deps as unknown as Deps;
      const inside = (path: Path) => async (_input: unknown, call: Call) => {
        await walk(path, () => everything(all, call));
        return result;
      };
      const event = { v: 1, seq: 1, ts: '', sessionId: '', type: 'turn.started' };
      const leaf = {
        run: async function* () {
          yield event;
        },
      };
      return {
        tool: {
          look: { run: () => result },
          change: { access: () => [{ action: 'fs.write', resource: 'a' }], run: () => result },
          nested: { run: inside('nested call') },
          flaky: {
            run: () => {
              throw new Error('it stumbled');
            },
          },
          delegate: {
            run: async (_input: unknown, call: Call) => {
              await walk('sub-agent', () => turns(all.agents, call, work));
              return result;
            },
          },
          'mcp__*': {
            members: () => [{ name: 'mcp__server__walk', declaration: tool(look), run: inside('dynamic tool') }],
          },
        },
        command: {
          leaf,
          walk: {
            run: async function* (_input: unknown, call: Call) {
              await walk('slash command', () => everything(all, call));
            },
          },
        },
        skill: { leaf: { run: () => ({ text: 'Leaf.', files: [] }) } },
        'workflow.step': {
          leaf: { run: () => ({ outputs: {} }) },
          walk: {
            run: async (_input: unknown, call: Call) => (await inside('workflow step')(_input, call), { outputs: {} }),
          },
        },
      };
    },
  );
  const fresh = made({ id: 'fresh', contributes: { tool: { fresh: tool(look) } } }, () => ({
    tool: { fresh: { run: () => result } },
  }));
  const broken = made({ id: 'broken', contributes: { tool: { broken: tool(look) } } }, () => {
    throw new Error('it can not start');
  });
  const model = scriptedModel(Array.from({ length: 40 }, () => reply));
  const kernel = await createTestKernel({
    plugins: [
      recording,
      [resilience, policy],
      [agentLoop, { stream }],
      sessionLog,
      memory,
      model.plugin,
      walker,
      fresh,
      broken,
    ],
    answers: [{ outcome: 'once' }],
  });
  onTestFinished(() => kernel.dispose());
  return { kernel, walk, fired };
}

type Opened = Awaited<ReturnType<typeof open>>;
const agentPath = (path: Path, origin: { readonly headless?: boolean } = {}) => ({
  stream: path !== 'non-stream',
  run: ({ kernel, walk }: Opened) => walk(path, () => turns(kernel.use('agent'), kernel.call(origin), work)),
});
/** How each path is walked: by what begins it, through the doors that others use. */
const walks: { readonly [Name in Path]: { readonly stream?: boolean; run(opened: Opened): Promise<unknown> } } = {
  'root agent': agentPath('root agent'),
  stream: agentPath('stream'),
  'non-stream': agentPath('non-stream'),
  headless: agentPath('headless', { headless: true }),
  'sub-agent': { run: ({ kernel }) => turns(kernel.use('agent'), kernel.call(), 'delegate') },
  'nested call': { run: ({ kernel }) => turns(kernel.use('agent'), kernel.call(), 'nested') },
  'dynamic tool': { run: ({ kernel }) => turns(kernel.use('agent'), kernel.call(), 'mcp__server__walk') },
  'workflow step': { run: ({ kernel }) => kernel.use('workflow.step').get('walk').invoke(step, kernel.call()) },
  'slash command': {
    async run({ kernel, walk }) {
      await walk('slash command', async () =>
        (kernel.hooks as PluginHooks).claim('command.resolve', { name: 'walk', text: '' }),
      );
      await collect(kernel.use('command').get('walk').invoke({ text: '' }, kernel.call()));
    },
  },
  'resumed session': {
    async run({ kernel, walk }) {
      const [started] = await collect(kernel.use('agent').get('main').invoke({ prompt: 'work look' }, kernel.call()));
      const session = started?.sessionId ?? '';
      await walk('resumed session', () => turns(kernel.use('agent'), kernel.call(), work, session));
    },
  },
};

describe('every hook fires', () => {
  it.each(paths)('on the path "%s", or says why it can not', async (path) => {
    const opened = await open(walks[path].stream ?? true);
    await walks[path].run(opened);
    const excused = inapplicable[path];
    const expected = catalogue.map(({ id }) => id).filter((id) => !(id in excused));
    expect(opened.fired(path)).toEqual(expected.toSorted());
  });

  it('and no reason is given for a hook that does not exist, or without words', () => {
    const known = new Set(catalogue.map(({ id }) => id));
    for (const reasons of Object.values(inapplicable))
      for (const [hook, reason] of Object.entries(reasons)) {
        expect(known).toContain(hook);
        expect(reason).toMatch(/\w+ \w+ \w+/);
      }
  });

  it('and says what each of its possible answers means', () => {
    for (const { id, summary, answers } of catalogue) {
      expect(summary, id).toMatch(/\.$/);
      expect(Object.keys(answers ?? {}), id).not.toEqual([]);
      for (const sentence of Object.values(answers ?? {})) expect(sentence, id).toMatch(/^[A-Z].*\.$/);
    }
  });
});
