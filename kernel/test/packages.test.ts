import { formatLock } from '@rustic-ai/kernel/compose';
import { execFile } from 'node:child_process';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { folder, install, lockOf, open, refusal, said } from './plugins.js';

const other = {
  package: 'other',
  id: 'other',
  contributes: { tool: { unused: { summary: 'Unused' } } },
  code: "throw new Error('it ran');",
};
const compose = async () => {
  const root = await folder();
  const own = await install(root, {});
  await install(root, other);
  const imported: string[] = [];
  const load = (url: string) => (imported.push(url), import(url) as Promise<unknown>);
  const lock = await lockOf(root, ['rustic-plugin-tool-it', 'other']);
  return { root, own, imported, start: () => open({ lock, from: root, load }) };
};

describe('a kernel from a lock', () => {
  it('imports a plugin when it is used, and nothing else', async () => {
    const { own, imported, start } = await compose();
    const kernel = await start();
    const tools = await kernel.use('tool').list();
    expect(tools.map(({ name, plugin, declaration }) => [name, plugin, declaration.summary])).toEqual([
      ['it', 'tool-it', 'It'],
      ['unused', 'other', 'Unused'],
    ]);
    expect(imported).toEqual([]);
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('it'));
    expect(imported).toEqual([pathToFileURL(join(own, 'dist', 'index.js')).href]);
  });

  it('refuses to run content that is not what was locked', async () => {
    const { own, imported, start } = await compose();
    await appendFile(join(own, 'dist', 'index.js'), '// more\n');
    const kernel = await start();
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_PLUGIN_CHANGED',
      details: { package: 'rustic-plugin-tool-it', file: 'dist/index.js' },
    });
    expect(imported).toEqual([]);
  });

  it('does not read type declarations, which nothing runs, and refuses any other file that changed', async () => {
    const root = await folder();
    const own = await install(root, {});
    const write = (name: string, text: string) => writeFile(join(own, 'dist', name), text);
    for (const name of ['index.d.ts', 'index.js.map', 'data.json', 'chunk.cjs']) await write(name, 'as locked');
    const lock = await lockOf(root);
    const call = async () => {
      const kernel = await open({ lock, from: root });
      return refusal(kernel.use('tool').get('it').invoke({}, kernel.call()));
    };
    await write('index.d.ts', 'changed');
    expect(await call()).toBeUndefined();
    for (const name of ['index.js.map', 'data.json', 'chunk.cjs']) {
      await write(name, 'changed');
      const details = { package: 'rustic-plugin-tool-it', file: `dist/${name}` };
      expect(await call()).toEqual({ code: 'RUSTIC_PLUGIN_CHANGED', details });
      await write(name, 'as locked');
    }
  });

  it.each(['package.json', 'dist/manifest.js'])('refuses it when %s is gone', async (file) => {
    const { own, start } = await compose();
    await rm(join(own, file));
    const kernel = await start();
    const refused = await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()));
    expect(refused?.code).toBe(file === 'package.json' ? 'RUSTIC_PLUGIN_UNKNOWN' : 'RUSTIC_PLUGIN_CHANGED');
  });

  it('reports changed content of what is linked, and runs it', async () => {
    const root = await folder();
    await install(root, { at: 'mine' });
    const lock = await lockOf(root, ['./mine']);
    await install(root, { at: 'mine', text: 'changed' });
    const kernel = await open({ lock, from: root });
    expect(await kernel.use('tool').get('it').invoke({}, kernel.call())).toEqual(said('changed'));
    expect(kernel.logs).toMatchObject([
      { level: 'info', plugin: 'tool-it', message: './mine is linked and differs from the lock: dist/index.js' },
    ]);
  });

  it.each([
    ['is no module', 'export default {', /./],
    ['exports no plugin', 'export const plugin = {};', /its default export is no plugin/],
    ['throws', "throw new Error('no');", /no/],
    ['throws nothing', 'throw undefined;', /undefined/],
  ])('names the plugin whose code %s, and leaves the others alone', async (_, code, reason) => {
    const root = await folder();
    await install(root, { code });
    await install(root, {
      package: 'good',
      id: 'good',
      contributes: { tool: { it2: { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } } } },
      code: 'export default { setup: () => ({ tool: { it2: { run: () => 2 } } }) };',
    });
    const kernel = await open({ lock: await lockOf(root, ['rustic-plugin-tool-it', 'good']), from: root });
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_PLUGIN_LOAD',
      details: { plugin: 'tool-it', reason: expect.stringMatching(reason) },
    });
    expect(await kernel.use('tool').get('it2').invoke({}, kernel.call())).toBe(2);
  });

  it('says which package was removed since', async () => {
    const { root, own, start } = await compose();
    await rm(own, { recursive: true });
    const kernel = await start();
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_PLUGIN_UNKNOWN',
      details: { package: 'rustic-plugin-tool-it', from: root },
    });
  });

  it('gives a plugin the ceiling of the lock', async () => {
    const root = await folder();
    const code =
      "export default { setup: () => ({ tool: { it: { access: () => [{ action: 'exec', resource: 'git push' }], run: () => 1 } } }) };";
    await install(root, { code, permissions: [{ action: 'exec', match: 'git status', reason: 'to look' }] });
    const kernel = await open({ lock: await lockOf(root), from: root, answers: [{ outcome: 'once' }] });
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_PERMISSION_CEILING',
      details: { plugin: 'tool-it', access: 'exec git push' },
    });
  });

  it('gives what is linked no more than was locked, whatever its manifest asks for by now', async () => {
    const root = await folder();
    const access = "access: () => [{ action: 'exec', resource: 'git push' }]";
    const code = `export default { setup: () => ({ tool: { it: { ${access}, run: () => 1 } } }) };`;
    const asking = (match: string) => ({ at: 'mine', code, permissions: [{ action: 'exec', match, reason: 'to do' }] });
    await install(root, asking('git status'));
    const lock = await lockOf(root, ['./mine']);
    await install(root, asking('**'));
    const kernel = await open({ lock, from: root, answers: [{ outcome: 'once' }] });
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toEqual({
      code: 'RUSTIC_PERMISSION_CEILING',
      details: { plugin: 'tool-it', access: 'exec git push' },
    });
  });

  it('holds to the rules of the lock', async () => {
    const root = await folder();
    await install(root, {});
    const lock = await lockOf(root, undefined, {
      rules: [{ effect: 'deny', action: 'tool', match: 'it', reason: 'Locked.' }],
    });
    const kernel = await open({ lock, from: root });
    expect(await refusal(kernel.use('tool').get('it').invoke({}, kernel.call()))).toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { message: 'Locked.' },
    });
  });

  it('takes plugins in code beside those of the lock', async () => {
    const { start } = await compose();
    expect(
      await refusal(Promise.all([start(), open({ lock: await lockOf((await compose()).root), plugins: [] })])),
    ).toBeUndefined();
  });
});

describe('what a start imports', () => {
  it('is the kernel alone: no manifest module, no schema library, no matcher', async () => {
    const root = await folder();
    await install(root, {});
    await writeFile(join(root, 'rustic.lock'), formatLock(await lockOf(root)));
    const [kernelUrl, contractsUrl, nodeUrl] = ['', '/contracts', '/node'].map((door) =>
      import.meta.resolve(`@rustic-ai/kernel${door}`),
    );
    const program = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ load: (url, context, next) => (url.startsWith('file:') && seen.push(url), next(url, context)) });
      const { createKernel, readLock } = await import('${kernelUrl}');
      const { standard } = await import('${contractsUrl}');
      const { nodeHost } = await import('${nodeUrl}');
      const kernel = await createKernel({ contracts: standard, host: nodeHost(), lock: await readLock('rustic.lock') });
      await kernel.use('tool').list();
      const start = [...seen];
      await kernel.use('tool').default.invoke({}, kernel.call());
      await kernel.dispose();
      console.log(JSON.stringify({ start, use: seen.slice(start.length) }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
    });
    const { start, use } = JSON.parse(stdout) as { start: string[]; use: string[] };
    const kernelFolder = new URL('.', kernelUrl).href;
    expect(start.filter((url) => !url.startsWith(kernelFolder))).toEqual([]);
    expect(use.filter((url) => url.startsWith(pathToFileURL(root).href)).map((url) => fileURLToPath(url))).toEqual([
      join(root, 'node_modules/rustic-plugin-tool-it/dist/index.js'),
    ]);
    expect(use.some((url) => url.includes('/typebox/'))).toBe(true);
  });
});
