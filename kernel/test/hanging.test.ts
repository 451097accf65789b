import type { SetupContext } from '@rustic-ai/kernel';
import { expect, it } from 'vitest';
import { open, plugin, refusal, tapping, toolbox } from './plugins.js';

it('gives up a setup after 10 s and a gate tap after 5 s', { timeout: 15_000 }, async () => {
  const undone = Promise.withResolvers<string>();
  let late: SetupContext | undefined;
  const kernel = await open({
    plugins: [
      plugin({ id: 'slow' }, (context) => ((late = context), new Promise(() => {}))),
      tapping('gate', { 'tool.call': () => new Promise(() => {}) }),
      toolbox('good', { good: {} }),
    ],
  });
  const [started, called] = await Promise.all([
    refusal(kernel.activate('slow')),
    refusal(kernel.use('tool').default.invoke({}, kernel.call())),
  ]);
  expect(started).toEqual({
    code: 'RUSTIC_PLUGIN_SETUP',
    details: { plugin: 'slow', reason: 'it took over 10000 ms' },
  });
  expect(called).toMatchObject({
    code: 'RUSTIC_PERMISSION_DENIED',
    details: { by: 'hook', message: expect.stringContaining('did not answer within 5000 ms') },
  });
  late?.own(() => undone.resolve('what came late'));
  expect(await undone.promise).toBe('what came late');
});
