import type { Declaration, Family } from '@rustic-ai/kernel';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const reads = { kind: 'read', idempotent: true, openWorld: false } as const;
type Listed = Awaited<ReturnType<Family<'tool'>['members']>>[number];
const member = (name: string, more: Partial<Declaration> = {}, run?: Listed['run']): Listed => ({
  name,
  declaration: { summary: `Remote ${name}`, effects: reads, ...more },
  run: run ?? (() => said(name)),
});
const family = (members: () => readonly Listed[] | Promise<readonly Listed[]>, id = 'tool-mcp', pattern = 'mcp__*') =>
  plugin({ id, contributes: { tool: { [pattern]: { summary: 'Remote tools' } } } }, () => ({
    tool: { [pattern]: { members } },
  }));
const names = (handles: readonly { readonly name: string }[]) => handles.map(({ name }) => name);

describe('a family', () => {
  it('lists its members between what others declare', async () => {
    const kernel = await open({
      plugins: [
        toolbox('a', { first: {} }),
        family(() => [member('mcp__x'), member('mcp__y')]),
        toolbox('b', { last: {} }),
      ],
    });
    expect(names(await kernel.use('tool').list())).toEqual(['first', 'mcp__x', 'mcp__y', 'last']);
  });

  it('does not list what lies outside its prefix', async () => {
    const kernel = await open({ plugins: [family(() => [member('shell_run'), member('mcp__x'), member('mcp_y')])] });
    expect(names(await kernel.use('tool').list())).toEqual(['mcp__x']);
    expect(() => kernel.use('tool').get('shell_run')).toThrow(
      expect.objectContaining({
        code: 'RUSTIC_CAPABILITY_NOT_FOUND',
        details: { operation: 'tool', name: 'shell_run', known: 'mcp__*' },
      }),
    );
  });

  it('runs a member by name without being listed first', async () => {
    const kernel = await open({ plugins: [family(() => [member('mcp__x')])] });
    expect(await kernel.use('tool').get('mcp__x').invoke({}, kernel.call())).toEqual(said('mcp__x'));
  });

  it('refuses a name that it does not have, and never lists it', async () => {
    const kernel = await open({ plugins: [family(() => [member('mcp__x')])] });
    expect(await refusal(kernel.use('tool').get('mcp__none').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_CAPABILITY_NOT_FOUND',
    });
    expect(names(await kernel.use('tool').list())).toEqual(['mcp__x']);
  });

  it('is no member itself', async () => {
    const kernel = await open({ plugins: [family(() => [])] });
    expect(() => kernel.use('tool').get('mcp__*')).toThrow(
      expect.objectContaining({ code: 'RUSTIC_CAPABILITY_NOT_FOUND' }),
    );
  });

  it('gates each member by its own name', async () => {
    const seen: string[] = [];
    const kernel = await open({
      plugins: [
        family(() => [member('mcp__x'), member('mcp__y')]),
        tapping('gate', { 'tool.call': ({ name, plugin }) => void seen.push(`${plugin} ${name}`) }),
      ],
      rules: [{ effect: 'deny', action: 'tool', match: 'mcp__y', reason: 'Not this one.' }],
    });
    await kernel.use('tool').get('mcp__x').invoke({}, kernel.call());
    expect(await refusal(kernel.use('tool').get('mcp__y').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { access: 'tool mcp__y', message: 'Not this one.' },
    });
    expect(seen).toEqual(['tool-mcp mcp__x', 'tool-mcp mcp__y']);
  });

  it('may bring a schema, which holds before anything runs', async () => {
    const input = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const kernel = await open({ plugins: [family(() => [member('mcp__x', { input })])] });
    expect(await refusal(kernel.use('tool').get('mcp__x').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_OPERATION_INPUT',
      details: { path: '/a' },
    });
  });

  it('listed again takes what is new and drops what is gone', async () => {
    let now = [member('mcp__x', { input: { type: 'object', required: ['a'] } }), member('mcp__old')];
    const kernel = await open({ plugins: [family(() => now)] });
    await kernel.use('tool').list();
    await refusal(kernel.use('tool').get('mcp__x').invoke({}, kernel.call()));
    now = [member('mcp__x', { input: { type: 'object', required: ['b'] } }, () => said('new'))];
    expect(names(await kernel.use('tool').list())).toEqual(['mcp__x']);
    expect(await kernel.use('tool').get('mcp__x').invoke({ b: 1 }, kernel.call())).toEqual(said('new'));
  });

  it('can not speak for a tool that another plugin declares', async () => {
    const declared = { kind: 'destructive', idempotent: false, openWorld: true } as const;
    const kernel = await open({
      plugins: [
        family(() => [member('mcp__own', { summary: 'Harmless' })]),
        toolbox('honest', { mcp__own: { effects: declared } }),
      ],
    });
    const [listed, ...others] = await kernel.use('tool').list();
    expect(others).toEqual([]);
    expect(listed).toMatchObject({
      name: 'mcp__own',
      plugin: 'honest',
      declaration: { summary: 'A tool', effects: declared },
    });
    expect(await refusal(listed?.invoke({}, kernel.call()) as Promise<unknown>)).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
    });
  });

  it('that can not be listed leaves the others alone', async () => {
    const kernel = await open({
      plugins: [
        family(() => Promise.reject(new Error('no server')), 'a', 'a__*'),
        family(() => undefined as never, 'b', 'b__*'),
        plugin({ id: 'c', contributes: { tool: { 'c__*': { summary: 'Remote' } } } }, () =>
          Promise.reject(new Error('no')),
        ),
        family(() => [member('mcp__x')]),
      ],
    });
    expect(names(await kernel.use('tool').list())).toEqual(['mcp__x']);
    const logged = kernel.logs.map(({ level, plugin, data }) => [plugin, level, (data as { code?: string }).code]);
    expect(logged.toSorted()).toEqual([
      ['a', 'error', 'RUSTIC_INTERNAL'],
      ['b', 'error', 'RUSTIC_INTERNAL'],
      ['c', 'error', 'RUSTIC_PLUGIN_SETUP'],
    ]);
    expect(await refusal(kernel.use('tool').get('a__x').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_OPERATION_FAILED',
      details: { plugin: 'a' },
    });
  });

  it('may list objects with methods', async () => {
    class Remote {
      readonly name = 'mcp__x';
      readonly declaration = { summary: 'Remote', effects: reads };
      run() {
        return said(this.name);
      }
    }
    const kernel = await open({ plugins: [family(() => [new Remote()])] });
    const [handle] = await kernel.use('tool').list();
    expect(await handle?.invoke({}, kernel.call())).toEqual(said('mcp__x'));
  });
});

it('lists by basket and by what lies in it', async () => {
  const kernel = await open({
    plugins: [
      toolbox('a', {
        fs_read: { baskets: ['files/read'] },
        fs_edit: { baskets: ['files/edit', 'risky'] },
        shell_run: { baskets: ['filesystem'] },
      }),
    ],
  });
  const list = async (basket: string) => names(await kernel.use('tool').list({ basket }));
  expect(await list('files')).toEqual(['fs_read', 'fs_edit']);
  expect(await list('files/edit')).toEqual(['fs_edit']);
  expect(await list('file')).toEqual([]);
});
