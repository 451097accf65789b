import type { Renames } from '@rustic-ai/kernel';
import { widened } from '@rustic-ai/kernel/compose';
import { describe, expect, it } from 'vitest';
import { folder, install, lockOf, open, refusal, said } from './plugins.js';

const other = { package: 'other', id: 'other', text: 'other' };
const several = {
  package: 'several',
  id: 'several',
  contributes: {
    service: { workspace: { summary: 'Files' } },
    hook: { 'tool.called': {} },
    tool: { one: { summary: 'One' }, two: { summary: 'Two' }, 'far__*': { summary: 'Far' } },
    model: { 'acme/one': { summary: 'A model' } },
  },
};
/** The lock of `other` after the plugin that has its names. */
const beside = async (rename: Renames, rules: Parameters<typeof lockOf>[2] = {}) => {
  const root = await folder();
  await Promise.all([install(root, {}), install(root, other)]);
  const plugins = [
    { package: 'rustic-plugin-tool-it', options: {} },
    { package: 'other', options: {}, rename },
  ];
  return { root, lock: await lockOf(root, [], { plugins, ...rules }) };
};
const refused = async (rename: Renames) => {
  const root = await folder();
  await install(root, several);
  return refusal(lockOf(root, [], { plugins: [{ package: 'several', options: {}, rename }] }));
};

describe('an operation that has another name in a composition', () => {
  it('is called, listed, gated and audited by that name alone', async () => {
    const rules = [{ effect: 'deny', action: 'tool', match: 'other_it' } as const];
    const { root, lock } = await beside({ tool: { it: 'other_it' } }, { bind: { tool: 'other_it' } });
    const kernel = await open({ lock, from: root });
    const tools = kernel.use('tool');
    expect((await tools.list()).map(({ name, plugin }) => [name, plugin])).toEqual([
      ['it', 'tool-it'],
      ['other_it', 'other'],
    ]);
    expect(await tools.get('other_it').invoke({}, kernel.call())).toEqual(said('other'));
    expect(await tools.get('it').invoke({}, kernel.call())).toEqual(said('it'));
    expect(tools.default.name).toBe('other_it');
    expect((await kernel.audit()).map(({ name, accesses }) => [name, accesses[0]?.resource])).toEqual([
      ['other_it', 'other_it'],
      ['it', 'it'],
    ]);
    const guarded = await open({ lock: (await beside({ tool: { it: 'other_it' } }, { rules })).lock, from: root });
    const denied = guarded.use('tool').get('other_it').invoke({}, guarded.call());
    expect(await refusal(denied)).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { name: 'other_it', access: 'tool other_it' },
    });
    expect(await guarded.use('tool').get('it').invoke({}, guarded.call())).toEqual(said('it'));
  });

  it('keeps it when its plugin is put in again', async () => {
    const { root, lock } = await beside({ tool: { it: 'other_it' } });
    const kernel = await open({ lock, from: root });
    await kernel.reload('other');
    expect(await kernel.use('tool').get('other_it').invoke({}, kernel.call())).toEqual(said('other'));
  });

  it('can change its name with another', async () => {
    const root = await folder();
    const tool = (text: string) => `{ run: () => ({ parts: [{ type: 'text', text: '${text}' }] }) }`;
    const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } as const };
    const code = `export default { setup: () => Object.freeze({ tool: { one: ${tool('1')}, two: ${tool('2')} } }) };`;
    await install(root, { contributes: { tool: { one: summary, two: summary } }, code });
    const rename = { tool: { one: 'two', two: 'one' } };
    const lock = await lockOf(root, [], { plugins: [{ package: 'rustic-plugin-tool-it', options: {}, rename }] });
    const kernel = await open({ lock, from: root });
    expect(await kernel.use('tool').get('one').invoke({}, kernel.call())).toEqual(said('2'));
    expect(await kernel.use('tool').get('two').invoke({}, kernel.call())).toEqual(said('1'));
  });

  it('is shown where somebody has to agree to a lock', async () => {
    const { lock: own } = await beside({ tool: { it: 'mine' } });
    const { lock: renamed } = await beside({ tool: { it: 'other_it' } });
    expect(widened(own, renamed)).toEqual(['other has the tool it as other_it']);
    const plain = { ...own, plugins: own.plugins.map(({ rename: _, ...plugin }) => plugin) };
    expect(widened(own, plain)).toEqual(['other has its own name for the tool it']);
  });

  it('is refused while two still have one name', async () => {
    expect(await refusal(beside({}))).toMatchObject({ code: 'RUSTIC_CAPABILITY_TAKEN' });
    expect(await refusal(beside({ tool: { it: 'it' } }))).toMatchObject({ code: 'RUSTIC_CAPABILITY_TAKEN' });
  });

  it.each<[string, Renames, object]>([
    [
      'a name that the plugin does not have',
      { tool: { three: 'four' } },
      { name: 'three', reason: 'it has only one, two, far__*' },
    ],
    ['one of every object', { tool: { toString: 'four' } }, { name: 'toString' }],
    [
      'an operation that it does not have',
      { command: { one: 'four' } },
      { operation: 'command', name: 'one', reason: 'it has only others' },
    ],
    [
      'a family',
      { tool: { 'far__*': 'near__*' } },
      { reason: 'it stands for many, whose names are not known before they are asked for' },
    ],
    ['a name that it has already', { tool: { one: 'two' } }, { reason: 'it has a "two" already' }],
    ['two with one name', { tool: { one: 'same', two: 'same' } }, { reason: 'it has a "same" already' }],
    ['a service', { service: { workspace: 'files' } }, { reason: 'only operations have names to change' }],
    ['a hook', { hook: { 'tool.called': 'tool.call' } }, { reason: 'only operations have names to change' }],
    ...['', 'a b', 'a/b', 'a*', 'ä', 'a\n', 'a'.repeat(65)].map((to): [string, Renames, object] => [
      `the name ${JSON.stringify(to)}`,
      { tool: { one: to } },
      { operation: 'tool', name: 'one', reason: `"${to}" is no name for it` },
    ]),
    ['a model by two words', { model: { 'acme/one': 'acme one' } }, { reason: '"acme one" is no name for it' }],
  ])('is refused: %s', async (_, rename, details) => {
    expect(await refused(rename)).toMatchObject({
      code: 'RUSTIC_CAPABILITY_RENAME',
      details: { package: 'several', ...details },
    });
  });

  it('may have what names of that kind have', async () => {
    expect(await refused({ model: { 'acme/one': 'other:acme/1.5' } })).toBeUndefined();
  });
});
