import type { AnyPlugin, Call, Handles, SetupContext } from '@rustic-ai/kernel';
import { expect, it } from 'vitest';
import { open, plugin, said } from './plugins.js';

const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } } as const;
const talking = (text: string, setup: (context: SetupContext) => unknown = () => {}): AnyPlugin =>
  plugin({ id: 'talk', contributes: { tool: { it: summary } } }, async (context) => {
    await setup(context);
    return { tool: { it: { run: () => said(text) } } };
  });

it('a reload lets a turn end with the version it began with, also for what it calls later', async () => {
  const undone: string[] = [];
  const version = (text: string) => talking(text, ({ own }) => own(() => undone.push(text)));
  const reloaded = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  const turn = plugin(
    { id: 'turn', requires: { tools: { all: 'tool' } }, contributes: { tool: { turn: summary } } },
    ({ deps }) => {
      const { tools } = deps as unknown as { tools: Handles<'tool'> };
      const ask = async (call: Call) => (await tools.get('it').invoke({}, call)).parts;
      return {
        tool: {
          turn: {
            run: async (_: unknown, call: Call) => {
              const before = await ask(call);
              ready.resolve();
              await reloaded.promise;
              return { parts: [...before, ...(await ask(call))] };
            },
          },
        },
      };
    },
  );
  const kernel = await open({ plugins: [version('one'), turn] });
  const running = kernel.use('tool').get('turn').invoke({}, kernel.call());
  await ready.promise;
  await kernel.reload('talk', version('two'));
  expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('two'));
  expect(undone).toEqual([]);
  await kernel.reload('talk', version('three'));
  expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('three'));
  reloaded.resolve();
  expect((await running).parts).toEqual([...said('one').parts, ...said('one').parts]);
  await expect.poll(() => undone).toEqual(['one', 'two']);
  expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('three'));
});
