import type { AnyPlugin, SetupContext } from '@rustic-ai/kernel';
import { findLeaks } from '@rustic-ai/kernel/testing';
import { EventEmitter } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, install, lockOf, open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } } as const;
const talking = (text: string, setup: (context: SetupContext) => unknown = () => {}): AnyPlugin =>
  plugin({ id: 'talk', contributes: { tool: { it: summary } } }, async (context) => {
    await setup(context);
    return { tool: { it: { run: () => said(text) } } };
  });
const storing = (text: string, setup: (context: SetupContext) => unknown = () => {}): AnyPlugin =>
  plugin({ id: 'store', contributes: { service: { 'session.store': { summary: 'It' } } } }, (context) => {
    setup(context);
    return { service: { 'session.store': { text } } };
  });
/** Keeps what it was given, and says so. */
const asking = (log: string[] = []): AnyPlugin =>
  plugin(
    { id: 'ask', requires: { store: { one: 'session.store' } }, contributes: { tool: { ask: summary } } },
    ({ deps, own }) => {
      const { store } = deps as { store: { text: string } };
      log.push(`start with ${store.text}`);
      own(() => log.push(`end with ${store.text}`));
      return { tool: { ask: { run: () => said(store.text) } } };
    },
  );

describe('a reload', () => {
  it('puts the new version in the place of the old one, also for who holds a handle, and undoes the old one', async () => {
    const undone: string[] = [];
    const version = (text: string) => talking(text, ({ own }) => own(() => undone.push(text)));
    const kernel = await open({ plugins: [version('one')] });
    const handle = kernel.use('tool').get('it');
    expect(await handle.invoke({}, kernel.call())).toEqual(said('one'));
    await kernel.reload('talk', version('two'));
    expect(await handle.invoke({}, kernel.call())).toEqual(said('two'));
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('two'));
    expect(undone).toEqual(['one']);
    await kernel.dispose();
    expect(undone).toEqual(['one', 'two']);
  });

  it('starts the same code again when there is no other', async () => {
    let starts = 0;
    const kernel = await open({ plugins: [talking('one', () => starts++)] });
    await kernel.reload('talk');
    await kernel.reload('talk');
    expect(starts).toBe(2);
    expect(kernel.explain().plugins).toMatchObject([{ plugin: 'talk', state: 'active' }]);
  });

  it.each<[string, AnyPlugin, string]>([
    ['fails', talking('two', () => Promise.reject(new Error('no'))), 'RUSTIC_PLUGIN_SETUP'],
    ['returns more than was declared', toolbox('talk', { it: {}, more: {} }), 'RUSTIC_PLUGIN_UNDECLARED'],
    ['returns less than was declared', plugin({ id: 'talk' }), 'RUSTIC_PLUGIN_MISSING_PART'],
  ])('to a version that %s leaves the old one where it is', async (_, next, code) => {
    const undone: string[] = [];
    const kernel = await open({ plugins: [talking('one', ({ own }) => own(() => undone.push('one')))] });
    await kernel.activate('talk');
    expect(await refusal(kernel.reload('talk', next))).toMatchObject({ code });
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('one'));
    expect(undone).toEqual([]);
    expect(kernel.explain().plugins).toMatchObject([{ plugin: 'talk', state: 'active' }]);
  });

  it('brings back a plugin that had failed, with what it declared', async () => {
    const gated = (fail: boolean) =>
      plugin({ id: 'gate', contributes: { tool: { it: summary }, hook: { 'tool.call': {} } } }, () => {
        if (fail) throw new Error('no');
        return { tool: { it: { run: () => said('it') } }, hook: { 'tool.call': () => undefined } };
      });
    const kernel = await open({ plugins: [gated(true)] });
    expect(await refusal(kernel.activate('gate'))).toMatchObject({ code: 'RUSTIC_PLUGIN_SETUP' });
    expect(await kernel.use('tool').list()).toEqual([]);
    await kernel.reload('gate', gated(false));
    expect((await kernel.use('tool').list()).map(({ name }) => name)).toEqual(['it']);
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('it'));
  });

  it('lets a call that is under way end with the version it began with, which is undone only then', async () => {
    const undone: string[] = [];
    const ready = Promise.withResolvers<void>();
    const running = Promise.withResolvers<void>();
    const slow = plugin({ id: 'talk', contributes: { tool: { it: summary } } }, ({ own }) => {
      own(() => undone.push('one'));
      const run = async () => {
        running.resolve();
        await ready.promise;
        return said(`one, ${undone.length} undone`);
      };
      return { tool: { it: { run } } };
    });
    const kernel = await open({ plugins: [slow] });
    const call = kernel.use('tool').get('it').invoke({}, kernel.call());
    await running.promise;
    await kernel.reload('talk', talking('two'));
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('two'));
    expect(undone).toEqual([]);
    ready.resolve();
    expect(await call).toEqual(said('one, 0 undone'));
    await expect.poll(() => undone).toEqual(['one']);
  });

  it('runs what was approved: who answers late does not let other code run', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<{ outcome: 'once' }>();
    const writer = (text: string) =>
      toolbox('talk', {
        it: {
          access: () => [{ action: 'exec', resource: `say ${text}` }],
          effects: { kind: 'write', idempotent: false, openWorld: false },
          run: () => said(text),
        },
      });
    const approver = plugin({ id: 'approver', contributes: { service: { approver: { summary: 'It' } } } }, () => ({
      service: { approver: { ask: () => (asked.resolve(), answer.promise) } },
    }));
    const kernel = await open({ plugins: [writer('one'), approver], ownApprover: true });
    const call = kernel.use('tool').get('it').invoke({}, kernel.call());
    await asked.promise;
    await kernel.reload('talk', writer('two'));
    answer.resolve({ outcome: 'once' });
    expect(await call).toEqual(said('one'));
  });

  it('restarts who holds a service of it, after it, and leaves the others alone', async () => {
    const log: string[] = [];
    const starts: string[] = [];
    const other = talking('other', () => starts.push('other'));
    const version = (text: string) => storing(text, ({ own }) => own(() => log.push(`end ${text}`)));
    const kernel = await open({ plugins: [other, version('one'), asking(log)] });
    const ask = kernel.use('tool').get('ask');
    await kernel.activate('talk');
    expect(await ask.invoke({}, kernel.call())).toEqual(said('one'));
    await kernel.reload('store', version('two'));
    expect(await ask.invoke({}, kernel.call())).toEqual(said('two'));
    expect(log).toEqual(['start with one', 'start with two', 'end with one', 'end one']);
    expect(starts).toEqual(['other']);
  });

  it('leaves alone who is bound to another provider of that service', async () => {
    const log: string[] = [];
    const spare = plugin({ id: 'spare', contributes: { service: { 'session.store': { summary: 'It' } } } }, () => ({
      service: { 'session.store': { text: 'spare' } },
    }));
    const kernel = await open({ plugins: [spare, storing('one'), asking(log)], bind: { 'session.store': 'spare' } });
    await kernel.activate('ask');
    await kernel.reload('store', storing('two'));
    expect(log).toEqual(['start with spare']);
  });

  it('never leaves a gate open: the old tap answers until the new one does', async () => {
    const answers: string[] = [];
    const gate = (text: string, wait?: Promise<void>) =>
      plugin({ id: 'gate', contributes: { hook: { 'tool.call': {} } } }, async () => {
        await wait;
        return { hook: { 'tool.call': () => (answers.push(text), { deny: text }) } };
      });
    const ready = Promise.withResolvers<void>();
    const kernel = await open({ plugins: [gate('old'), toolbox('good', { good: {} })] });
    const message = async () => {
      const refused = await refusal(kernel.use('tool').get('good').invoke({}, kernel.call()));
      return (refused?.details as { message?: string } | undefined)?.message;
    };
    expect(await message()).toBe('old');
    const reloading = kernel.reload('gate', gate('new', ready.promise));
    for (const _ of [1, 2, 3]) expect(await message()).toBe('old');
    ready.resolve();
    await reloading;
    expect(await message()).toBe('new');
  });

  it('denies where the new code of a gate does not fit, by the old tap', async () => {
    const gate = tapping('gate', { 'tool.call': () => ({ deny: 'old' }) });
    const kernel = await open({ plugins: [gate, toolbox('good', { good: {} })] });
    await refusal(
      kernel.reload(
        'gate',
        plugin({ id: 'gate' }, () => Promise.reject(new Error('no'))),
      ),
    );
    expect(await refusal(kernel.use('tool').get('good').invoke({}, kernel.call()))).toMatchObject({
      details: { message: 'old' },
    });
  });

  it('denies where a gate that held a service can not be started with the new one', async () => {
    let starts = 0;
    const gate = plugin(
      { id: 'gate', requires: { store: { one: 'session.store' } }, contributes: { hook: { 'tool.call': {} } } },
      () => {
        if (starts++ > 0) throw new Error('no');
        return { hook: { 'tool.call': () => undefined } };
      },
    );
    const kernel = await open({ plugins: [storing('one'), gate, toolbox('good', { good: {} })] });
    expect(await kernel.use('tool').get('good').invoke({}, kernel.call())).toEqual(said('good'));
    await kernel.reload('store', storing('two'));
    expect(await refusal(kernel.use('tool').get('good').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { by: 'hook' },
    });
  });

  it('stops everything where a critical plugin that held a service can not be started with the new one', async () => {
    let starts = 0;
    const guard = plugin({ id: 'guard', critical: true, requires: { store: { one: 'session.store' } } }, () => {
      if (starts++ > 0) throw new Error('no');
      return {};
    });
    const kernel = await open({ plugins: [storing('one'), guard, toolbox('good', { good: {} })] });
    const good = kernel.use('tool').get('good');
    expect(await good.invoke({}, kernel.call())).toEqual(said('good'));
    await kernel.reload('store', storing('two'));
    for (const _ of [1, 2])
      expect(await refusal(good.invoke({}, kernel.call()))).toMatchObject({
        code: 'RUSTIC_PLUGIN_CRITICAL',
        details: { plugin: 'guard' },
      });
    expect(await refusal(kernel.use('tool').list())).toMatchObject({ code: 'RUSTIC_PLUGIN_CRITICAL' });
  });

  it('is refused by a kernel that was disposed, and ends when it is disposed meanwhile', async () => {
    const ready = Promise.withResolvers<void>();
    const undone: string[] = [];
    const kernel = await open({ plugins: [talking('one')] });
    const next = talking('two', async ({ own }) => {
      own(() => undone.push('two'));
      await ready.promise;
    });
    const reloading = refusal(kernel.reload('talk', next));
    const disposing = kernel.dispose();
    ready.resolve();
    const gone = { code: 'RUSTIC_KERNEL_DISPOSED', details: {} };
    expect(await reloading).toEqual(gone);
    await disposing;
    expect(undone).toEqual(['two']);
    expect(await refusal(kernel.reload('talk'))).toEqual(gone);
  });

  it('of a linked package imports its entry again', async () => {
    const root = await folder();
    const own = await install(root, { at: 'mine', text: 'one' });
    const kernel = await open({ lock: await lockOf(root, ['./mine']), from: root });
    const handle = kernel.use('tool').get('it');
    expect(await handle.invoke({}, kernel.call())).toEqual(said('one'));
    for (const text of ['two', 'three']) {
      await install(root, { at: 'mine', text });
      await kernel.reload('tool-it');
      expect(await handle.invoke({}, kernel.call())).toEqual(said(text));
    }
    await writeFile(join(own, 'dist/index.js'), 'export default {');
    expect(await refusal(kernel.reload('tool-it'))).toMatchObject({ code: 'RUSTIC_PLUGIN_LOAD' });
    expect(await handle.invoke({}, kernel.call())).toEqual(said('three'));
  });

  it('of an installed package refuses content that is not what was locked', async () => {
    const root = await folder();
    const own = await install(root, {});
    const kernel = await open({ lock: await lockOf(root), from: root });
    const entry = join(own, 'dist/index.js');
    const before = await readFile(entry, 'utf8');
    await writeFile(entry, `${before}// changed\n`);
    expect(await refusal(kernel.reload('tool-it'))).toMatchObject({ code: 'RUSTIC_PLUGIN_CHANGED' });
    await writeFile(entry, before);
    await kernel.reload('tool-it');
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('it'));
  });
});

it('a hundred reloads under load fail no call and leave nothing', async () => {
  const emitter = new EventEmitter().setMaxListeners(0);
  const seen = new Set<string>();
  const undone: string[] = [];
  const open = (context: SetupContext, text: string) => {
    const timer = setInterval(() => {}, 60_000);
    const listener = () => {};
    emitter.on('news', listener);
    context.own(() => clearInterval(timer));
    context.own(() => emitter.off('news', listener));
    context.own(() => undone.push(text));
  };
  const gate = (text: string) =>
    plugin({ id: 'gate', contributes: { hook: { 'tool.call': {} } } }, (context) => {
      open(context, text);
      return { hook: { 'tool.call': async () => undefined } };
    });
  const versions = {
    store: (text: string) => storing(text, (context) => open(context, text)),
    talk: (text: string) => talking(text, (context) => open(context, text)),
    gate,
  };
  const leaks = await findLeaks(
    async () => {
      const { createTestKernel } = await import('@rustic-ai/kernel/testing');
      const kernel = await createTestKernel({
        plugins: [versions.talk('talk 0'), versions.store('store 0'), asking(), versions.gate('gate 0')],
      });
      let over = false;
      let calls = 0;
      const load = async (name: string) => {
        const handle = kernel.use('tool').get(name);
        while (!over) {
          const { parts } = (await handle.invoke({}, kernel.call())) as ReturnType<typeof said>;
          seen.add(JSON.stringify(parts));
          calls++;
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const loads = Promise.all(['it', 'ask', 'it', 'ask'].map(load));
      for (let number = 1; number <= 100; number++) {
        const id = (['talk', 'store', 'gate'] as const)[number % 3] ?? 'talk';
        const before = calls;
        await kernel.reload(id, versions[id](`${id} ${number}`));
        await expect.poll(() => calls, { interval: 1 }).toBeGreaterThan(before + 3);
      }
      over = true;
      await loads;
      expect(emitter.listenerCount('news')).toBe(3);
      expect(kernel.hooks.chain('tool.call')).toEqual(['gate']);
      expect(kernel.explain().plugins.map(({ state }) => state)).toEqual(['active', 'active', 'active', 'active']);
      expect((await kernel.use('tool').list()).map(({ name }) => name)).toEqual(['it', 'ask']);
      await kernel.dispose();
    },
    { emitters: { emitter } },
  );
  expect(leaks).toEqual([]);
  expect(undone).toHaveLength(103);
  expect(seen.size).toBeGreaterThan(60);
});
