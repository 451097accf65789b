import { type Access, type AnyPlugin, type Call, type Handles, type Rule } from '@rustic-ai/kernel';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, tapping, toolbox } from './plugins.js';

type Deps = { readonly tools: Handles<'tool'>; readonly agents: Handles<'agent'> };
const write = { kind: 'write', idempotent: false, openWorld: false } as const;
const access = (input: unknown) => (input as { accesses?: Access[] }).accesses ?? [];
const tools = toolbox('tools', { shell_run: { effects: write, access } });
/** Agents that hand on to the next of their prompt, the last of which runs `ls`. */
const agents: AnyPlugin = plugin(
  {
    id: 'agents',
    requires: { tools: { all: 'tool' }, agents: { all: 'agent' } },
    contributes: { agent: { root: { summary: 'A' }, helper: { summary: 'B' }, reviewer: { summary: 'C' } } },
  },
  ({ deps }) => {
    const { tools, agents } = deps as Deps;
    const run = async function* ({ prompt }: { prompt: string }, call: Call): AsyncIterable<never> {
      const [next, ...rest] = prompt.split(' ').filter(Boolean);
      if (next) yield* agents.get(next).invoke({ prompt: rest.join(' ') }, call) as AsyncIterable<never>;
      else await tools.get('shell_run').invoke({ accesses: [{ action: 'exec', resource: 'ls' }] }, call);
    };
    return { agent: { root: { run }, helper: { run }, reviewer: { run } } };
  },
);
/** What the last of a chain of agents gets for `ls`. */
async function outcome(rules: readonly Rule[], chain: string) {
  const kernel = await open({ plugins: [tools, agents], rules });
  const [first = '', ...rest] = chain.split(' ');
  const events = kernel
    .use('agent')
    .get(first)
    .invoke({ prompt: rest.join(' ') }, kernel.call());
  const refused = await refusal(Array.fromAsync(events));
  return refused ? (kernel.asks.length > 0 ? 'ask' : 'deny') : 'allow';
}
const rule = (effect: Rule['effect'], agent?: string): Rule => ({
  effect,
  action: 'exec',
  match: 'ls',
  ...(agent && { origin: { agent } }),
});

describe('rights along a chain of agents', () => {
  it.each<[string, Rule[], string, string]>([
    ['a rule for everybody is for the last one too', [rule('allow')], 'root helper', 'allow'],
    ['an allow for the last one only does not loosen', [rule('allow', 'helper')], 'root helper', 'ask'],
    ['nor one for all but the root', [rule('allow', '*')], 'root helper', 'ask'],
    ['nor one for the root only, further down', [rule('allow', 'root')], 'root helper', 'ask'],
    ['one for each of the chain does', [rule('allow', 'root')], 'root', 'allow'],
    ['a deny for the last one holds', [rule('allow'), rule('deny', 'helper')], 'root helper', 'deny'],
    ['a deny for one above holds below', [rule('allow'), rule('deny', 'helper')], 'root helper reviewer', 'deny'],
    ['and is none elsewhere', [rule('allow'), rule('deny', 'helper')], 'root reviewer', 'allow'],
    ['a deny for any agent but the root spares the root', [rule('allow'), rule('deny', '*')], 'root', 'allow'],
    ['and holds below it', [rule('allow'), rule('deny', '*')], 'root helper', 'deny'],
    ['an ask tightens like a deny', [rule('allow'), rule('ask', '*')], 'root helper', 'ask'],
  ])('%s', async (_, rules, chain, expected) => {
    expect(await outcome(rules, chain)).toBe(expected);
  });

  it('an agent can be denied as a whole', async () => {
    expect(await outcome([rule('allow'), { effect: 'deny', action: 'agent', match: 'help*' }], 'root helper')).toBe(
      'deny',
    );
  });

  it('a remembered yes is no answer where a rule denies', async () => {
    const kernel = await open({
      plugins: [tools, agents],
      rules: [rule('deny', '*')],
      answers: [{ outcome: 'session' }],
    });
    const invoke = (prompt: string) =>
      Array.fromAsync(kernel.use('agent').get('root').invoke({ prompt }, kernel.call(), { session: 's' }));
    await invoke('');
    await invoke('');
    expect((await kernel.audit()).map(({ operation, by }) => [operation, by])).toContainEqual(['tool', 'grant']);
    expect(await refusal(invoke('helper'))).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { by: 'rule' },
    });
    expect(kernel.asks).toHaveLength(1);
  });

  it('an allow for an agent is none for the host itself', async () => {
    const kernel = await open({ plugins: [tools], rules: [rule('allow', 'root'), rule('allow', '*')] });
    await refusal(kernel.use('tool').default.invoke({ accesses: [{ action: 'exec', resource: 'ls' }] }, kernel.call()));
    expect(kernel.asks).toHaveLength(1);
  });
});

describe('the audit', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  it('numbers and chains every decision, whatever it was', async () => {
    const kernel = await open({
      plugins: [
        tools,
        toolbox('narrow', { pure: {}, greedy: { effects: write, access } }, { permissions: [] }),
        tapping('gate', {
          'tool.call': ({ input }) => (JSON.stringify(input).includes('gate') ? { deny: 'no' } : undefined),
        }),
      ],
      rules: [
        { effect: 'allow', action: 'exec', match: 'ls' },
        { effect: 'deny', action: 'exec', match: 'rm **' },
      ],
      answers: [{ outcome: 'session' }, { outcome: 'deny' }],
    });
    const run = (name: string, ...lines: string[]) =>
      refusal(
        kernel
          .use('tool')
          .get(name)
          .invoke({ accesses: lines.map((resource) => ({ action: 'exec', resource })) }, kernel.call()),
      );
    await run('pure');
    for (const line of ['ls', 'rm x', 'make', 'make', 'make all', 'gate']) await run('shell_run', line);
    await run('greedy', 'ls');
    const rows = await kernel.audit();
    expect(rows.map(({ decision, by, rule }) => [decision, by, rule])).toEqual([
      ['allow', 'default', undefined],
      ['allow', 'rule', 'allow exec ls'],
      ['deny', 'rule', 'deny exec rm **'],
      ['allow', 'person', undefined],
      ['allow', 'grant', undefined],
      ['deny', 'person', undefined],
      ['deny', 'hook', undefined],
      ['deny', 'ceiling', undefined],
    ]);
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rows.map(({ digest, ...row }) => [digest, row.previous])).toEqual(
      rows.map(({ digest: _, ...row }, index) => [
        sha256(JSON.stringify(row)),
        index === 0 ? sha256('') : rows[index - 1]?.digest,
      ]),
    );
    expect(rows[1]).toMatchObject({
      operation: 'tool',
      name: 'shell_run',
      accesses: [
        { action: 'tool', resource: 'shell_run' },
        { action: 'exec', resource: 'ls' },
      ],
      inputDigest: sha256(JSON.stringify([['accesses', [sha256(JSON.stringify({ action: 'exec', resource: 'ls' }))]]])),
      origin: { plugin: 'host' },
    });
  });

  it('names the real path and the time of the host', async () => {
    const kernel = await open({ plugins: [tools], host: { now: () => Date.parse('2026-01-01T00:00:00Z') } });
    await kernel.use('tool').default.invoke({ accesses: [{ action: 'fs.read', resource: 'a/../b' }] }, kernel.call());
    expect(await kernel.audit()).toMatchObject([
      { ts: '2026-01-01T00:00:00.000Z', accesses: [{}, { resource: `${kernel.workspace}/b` }] },
    ]);
  });

  it('keeps what was decided when a plugin changes its mind afterwards', async () => {
    const touched = { action: 'exec', resource: 'ls' };
    const kernel = await open({
      plugins: [toolbox('tools', { it: { effects: write, access: () => [touched] } })],
      rules: [rule('allow')],
    });
    await kernel.use('tool').default.invoke({}, kernel.call());
    touched.resource = 'harmless';
    expect(await kernel.audit()).toMatchObject([{ accesses: [{}, { resource: 'ls' }] }]);
  });

  it('goes on over thousands of decisions and keeps the newest', async () => {
    const kernel = await open({ plugins: [toolbox('tools', { pure: {} })] });
    const call = kernel.call();
    for (let count = 0; count < 10_100; count++) await kernel.use('tool').default.invoke({}, call);
    const rows = await kernel.audit();
    expect([rows.length, rows[0]?.seq, rows.at(-1)?.seq]).toEqual([10_000, 101, 10_100]);
    expect(rows.every((row, index) => index === 0 || row.previous === rows[index - 1]?.digest)).toBe(true);
  });
});
