import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, lockOf, open, refusal, toolbox } from './plugins.js';

const fixtures = join(import.meta.dirname, 'fixtures/api-1');
/** Packages as they were built for API version 1. They are never built again: what is out there is not either. */
const frozen = {
  everything: ['rustic-plugin-tool-everything', 'b3d3a5c47fe7a421'],
  'storage-memory': ['@rustic-ai/plugin-storage-memory', '130977c4ebcc8e67'],
  'tool-template': ['rustic-plugin-tool-template', '791525d1a1aaa20d'],
} as const;
const names = Object.values(frozen).map(([name]) => name);

async function digestOf(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(`${file.slice(path.length)}\n`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** Installs them, and starts a kernel from their lock. */
async function start(more: Partial<Parameters<typeof open>[0]> = {}, options: object = {}) {
  const root = await folder();
  for (const [at, [name]] of Object.entries(frozen))
    await cp(join(fixtures, at), join(root, 'node_modules', name), { recursive: true });
  const composed = names.map((name) => ({ package: name, options: name.endsWith('everything') ? options : {} }));
  const lock = await lockOf(root, [], { plugins: composed as never });
  return open({ lock, from: root, ...more });
}
const texts = ({ parts }: { parts: readonly { type: string }[] }) =>
  parts.map((part) => (part as { text?: string }).text).join('');

describe('plugins of API version 1', () => {
  it.each(Object.entries(frozen))('are the bytes they always were: %s', async (at, [, digest]) => {
    expect(await digestOf(join(fixtures, at))).toBe(digest);
  });

  it('are locked, and start when they are asked for', async () => {
    const kernel = await start();
    expect(kernel.explain().plugins.map(({ plugin, state }) => [plugin, state])).toEqual([
      ['tool-everything', 'declared'],
      ['storage-memory', 'declared'],
      ['tool-template', 'declared'],
    ]);
    for (const { plugin } of kernel.explain().plugins) await kernel.activate(plugin);
    expect(kernel.explain().plugins.map(({ state }) => state)).toEqual(['active', 'active', 'active']);
  });

  it('get what they got: dependencies, options, the composition, a log, an end', async () => {
    const kernel = await start({}, { folder: 'docs/**' });
    await kernel.activate('tool-everything');
    await kernel.dispose();
    expect(kernel.logs).toEqual([
      {
        level: 'info',
        plugin: 'tool-everything',
        message: 'started',
        data: {
          config: { folder: 'docs/**', origins: [] },
          composition: ['tool-everything', 'storage-memory', 'tool-template'],
          deps: ['host', 'secrets', 'values', 'stores', 'tools'],
          hooks: expect.arrayContaining(['observe', 'transform', 'claim', 'collect']),
          stores: ['storage-memory'],
          value: expect.objectContaining({ value: 'tool-everything' }),
        },
      },
      { level: 'info', plugin: 'tool-everything', message: 'undone', data: { told: [] } },
    ]);
  });

  it('run their tools through every hook they tap', async () => {
    const kernel = await start();
    const greet = kernel.use('tool').get('template_greet');
    expect(texts(await greet.invoke({ name: 'Ann' }, kernel.call()))).toBe('Hello, Ann! wrapped changed');
    expect(await refusal(greet.invoke({ nam: 'Ann' }, kernel.call()))).toMatchObject({
      code: 'RUSTIC_OPERATION_INPUT',
    });
    const read = kernel.use('tool').get('everything_read');
    const progress: unknown[] = [];
    const onProgress = (one: unknown) => progress.push(one);
    const said = texts(await read.invoke({ path: 'notes/a' }, kernel.call(), { onProgress }));
    expect(said).toContain('"path":"notes/a"');
    expect(progress).toEqual([{ text: 'reading', done: 1, total: 1 }]);
    await kernel.dispose();
    expect(kernel.logs.at(-1)).toMatchObject({
      data: { told: ['template_greet', 'template_greet', 'everything_read'] },
    });
  });

  it('are held to what they were granted, and their gates are asked', async () => {
    const kernel = await start({ plugins: [toolbox('mine', { forbidden: {} })] });
    const read = kernel.use('tool').get('everything_read');
    expect(await refusal(read.invoke({ path: '/etc/passwd' }, kernel.call()))).toMatchObject({
      code: 'RUSTIC_PERMISSION_CEILING',
    });
    expect(await refusal(kernel.use('tool').get('forbidden').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { by: 'hook', message: 'never' },
    });
  });

  it('stream, list what is known only when they run, and serve others', async () => {
    const kernel = await start();
    expect((await kernel.use('tool').list()).map(({ name }) => name)).toEqual([
      'everything_read',
      'remote__a',
      'template_greet',
    ]);
    const events = await Array.fromAsync(kernel.use('agent').get('counter').invoke({ prompt: '' }, kernel.call()));
    expect(events).toEqual([
      { type: 'said', text: 'a' },
      { type: 'said', text: ' wrapped' },
      { type: 'said', text: ' changed' },
    ]);
    expect(await kernel.service('workspace')).toMatchObject({ count: expect.any(Function) });
    const values = await kernel.service('key-value', 'mine');
    await values.set('a', { b: 1 });
    expect(await values.get('a')).toMatchObject({ value: { b: 1 } });
  });
});
