import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-workspace-template';
import { expect, it, onTestFinished } from 'vitest';

async function open(options: { keep?: boolean } = {}) {
  const kernel = await createTestKernel({ plugins: [[plugin, options]] });
  const workspace = await kernel.service('workspace');
  onTestFinished(() => kernel.dispose().finally(() => rm(workspace.root, { recursive: true, force: true })));
  return { kernel, workspace };
}
const data = (text: string) => new TextEncoder().encode(text);
const never = new AbortController().signal;

it.each([
  [{}, false],
  [{ keep: true }, true],
])('is gone in the end, unless it is to be kept: %o', async (options, kept) => {
  const { kernel, workspace } = await open(options);
  await workspace.files.write('deep/a', data('a'), { overwrite: false, atomic: true });
  await kernel.dispose();
  expect(existsSync(workspace.root)).toBe(kept);
});

it('ends with it what still runs, and all that this has started', async () => {
  const { kernel, workspace } = await open();
  const said = Promise.withResolvers<string>();
  const line = 'sleep 30 & echo up; wait';
  const started = await workspace.start({ line }, { signal: never, onOutput: ({ text }) => said.resolve(text) });
  expect(await said.promise).toBe('up\n');
  await kernel.dispose();
  expect(await started.ended).toEqual({ exitCode: null, signalName: 'SIGTERM' });
});

it('keeps the beginning and the end of a long output', async () => {
  const { workspace } = await open();
  const limits = { timeLimitMs: 10_000, maxBytes: 10, signal: never };
  const { stdout, truncatedBytes } = await workspace.exec({ line: 'printf %s 0123456789abcdef' }, limits);
  expect({ stdout, truncatedBytes }).toEqual({ stdout: '01234\n[… 6 bytes left out …]\nbcdef', truncatedBytes: 6 });
});

it('gives a process what it is to read, and says when it reads no more', async () => {
  const { workspace } = await open();
  let said = '';
  const onOutput = ({ text }: { readonly text: string }) => void (said += text);
  const started = await workspace.start({ argv: ['cat'] }, { signal: never, onOutput });
  await started.write('hello\n');
  started.endInput();
  expect(await started.ended).toEqual({ exitCode: 0 });
  expect(said).toBe('hello\n');
  await expect(started.write('more')).rejects.toMatchObject({ code: 'RUSTIC_EXEC_CLOSED' });
});

it('says which program there is not', async () => {
  const { workspace } = await open();
  const running = workspace.exec({ argv: ['no-such-program'] }, { timeLimitMs: 1_000, maxBytes: 10, signal: never });
  await expect(running).rejects.toMatchObject({ code: 'RUSTIC_EXEC_FAILED', details: { command: 'no-such-program' } });
});

it('tells what happens to its files', async () => {
  const { workspace } = await open();
  const stop = new AbortController();
  const seen = new Set<string>();
  const watching = (async () => {
    for await (const { path, type } of workspace.files.watch('.', stop.signal)) {
      seen.add(`${type} ${path}`);
      if (path === 'b') return;
    }
  })();
  // Until it watches, nobody is told: it is written until somebody is.
  for (let count = 0; !seen.has('made b'); count++) {
    await workspace.files.write('b', data(String(count)), { overwrite: true, atomic: true });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await watching;
  stop.abort();
  expect([...seen]).toContain('made b');
});
