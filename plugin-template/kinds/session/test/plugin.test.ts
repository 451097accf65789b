import { createTestKernel } from '@rustic-ai/kernel/testing';
import store from '@rustic-ai/plugin-storage-memory';
import plugin from 'rustic-plugin-session-template';
import { expect, it, onTestFinished } from 'vitest';

async function open(options: { waitMs?: number } = {}) {
  const kernel = await createTestKernel({ plugins: [[plugin, options], store] });
  onTestFinished(() => kernel.dispose());
  return kernel.service('session');
}

it('appends in the order of the calls, also when nobody waits for them', async () => {
  const log = await (await open()).create({ agent: 'main' });
  const bodies = ['a', 'b', 'c'];
  await Promise.all(bodies.map((body) => log.append([{ type: 'note', body }])));
  expect((await log.entries()).map(({ body }) => body)).toEqual(bodies);
});

it('waits for a held session as long as its option says', async () => {
  const sessions = await open({ waitMs: 0 });
  const log = await sessions.create({ agent: 'main' });
  const held = await log.hold();
  const other = await sessions.open(log.info.id);
  await expect(other.hold()).rejects.toMatchObject({ code: 'RUSTIC_SESSION_BUSY' });
  await held.release();
  await (await other.hold()).release();
});
