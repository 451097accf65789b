import { expect, it } from 'vitest';
import { open, said } from './helper.js';

const hanging = (at: string, { signal }: { readonly signal: AbortSignal }) =>
  at === 'hang'
    ? new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    : said(at);

it('a call over its limit is cancelled, with an error that says whose limit it was', async () => {
  const aborted = Promise.withResolvers<string>();
  const { call } = await open(
    (at, one) => {
      one.signal.addEventListener('abort', () => aborted.resolve(one.name));
      return hanging(at, one);
    },
    { limitsMs: { plain: 30 } },
  );
  await expect(call('plain', 'hang')).rejects.toMatchObject({
    code: 'RUSTIC_TOOL_TIMEOUT',
    details: { name: 'plain', limitMs: 30 },
  });
  expect(await aborted.promise).toBe('plain');
  expect(await call('plain', 'quick')).toEqual(said('quick'));
});

it('a tool without a limit has none, and one that is not there is refused at the start', async () => {
  const { call } = await open(hanging, { limitsMs: { plain: 30 } });
  expect(await call('brief', 'quick')).toEqual(said('quick'));
  const { kernel } = await open(hanging, { limitsMs: { nowhere: 30 } });
  await expect(kernel.activate('policy-tools')).rejects.toMatchObject({
    code: 'RUSTIC_CAPABILITY_NOT_FOUND',
    details: { name: 'nowhere' },
  });
});
