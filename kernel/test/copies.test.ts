import * as here from '@rustic-ai/kernel';
import { Type } from '@rustic-ai/kernel/schema';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, open, plugin, refusal, said, toolbox } from './plugins.js';

/** A second copy of the kernel, as an install with two versions of it has. */
async function secondCopy() {
  const root = await folder();
  const own = dirname(dirname(fileURLToPath(import.meta.resolve('@rustic-ai/kernel'))));
  const at = join(root, 'node_modules', '@rustic-ai', 'kernel');
  await mkdir(at, { recursive: true });
  await cp(join(own, 'package.json'), join(at, 'package.json'));
  await cp(join(own, 'dist'), join(at, 'dist'), { recursive: true });
  for (const name of ['typebox', 'tapable', 'picomatch'])
    await symlink(await here.findPackage(name, own), join(root, 'node_modules', name));
  const load = (file: string) =>
    import(/* @vite-ignore */ pathToFileURL(join(at, 'dist', file)).href) as Promise<unknown>;
  const schema = (await load('schema.js')) as { defineManifest<M>(manifest: M): M; Type: typeof Type };
  return { there: (await load('index.js')) as typeof here, schema };
}

describe('two copies of the kernel in one process', () => {
  it("are two, and know each other's errors", async () => {
    const { there } = await secondCopy();
    expect(there.RusticError).not.toBe(here.RusticError);
    const error = there.createErrors(there.kernelErrors)('RUSTIC_LOCK_MISSING', { path: 'x' });
    expect(error instanceof here.RusticError).toBe(false);
    expect(here.isRusticError(error)).toBe(true);
    expect(here.errorInfo(error)).toEqual(there.errorInfo(error));
  });

  it("run each other's plugins, and pass their errors on as they are", async () => {
    const { there, schema } = await secondCopy();
    const manifest = schema.defineManifest({
      apiVersion: here.apiVersion,
      id: 'foreign',
      config: schema.Type.Object({ text: schema.Type.String() }),
      contributes: {
        tool: {
          it: {
            summary: 'It',
            input: schema.Type.Object({ fail: schema.Type.Optional(schema.Type.Boolean()) }),
            effects: { kind: 'none', idempotent: true, openWorld: false },
          },
        },
      },
    });
    const error = there.createErrors(there.kernelErrors)('RUSTIC_SECRET_MISSING', { reference: 'x' });
    const foreign = there.definePlugin<here.Manifest>({
      manifest: async () => ({ default: manifest as here.Manifest }),
      setup: ({ config }) =>
        ({
          tool: {
            it: {
              run: ({ fail }: { fail?: boolean }) => {
                if (fail) throw error;
                return said((config as { text: string }).text);
              },
            },
          },
        }) as never,
    });
    const kernel = await open({ plugins: [[foreign, { text: 'hello' }]] });
    const invoke = (input: object) =>
      kernel
        .use('tool')
        .get('it')
        .invoke(input as never, kernel.call());
    expect(await invoke({})).toEqual(said('hello'));
    await expect(invoke({ fail: true })).rejects.toBe(error);
    expect(await refusal(invoke({ fail: 1 }))).toMatchObject({
      code: 'RUSTIC_OPERATION_INPUT',
      details: { path: '/fail' },
    });
  });

  it("do not take each other's calls", async () => {
    const { there } = await secondCopy();
    const kernel = await open({ plugins: [toolbox('a', { it: {} })] });
    const foreign = await there.createKernel({
      contracts: { services: [], operations: [], hooks: [] },
      host: kernel.host,
      plugins: [plugin({ id: 'a' })],
    });
    expect(await refusal(kernel.use('tool').default.invoke({}, foreign.call()))).toEqual({
      code: 'RUSTIC_CALL_INVALID',
      details: { operation: 'tool', name: 'it' },
    });
    await foreign.dispose();
  });
});
