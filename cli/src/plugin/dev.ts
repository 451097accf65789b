import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createKernel, errorInfo, type Json, type Kernel, type Manifest } from '@rustic-ai/kernel';
import { parseManifest } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { cliError } from '../errors.js';
import { isBundle } from './bundle.js';
import { runChild } from './child.js';
import { devLock } from './dev-lock.js';
import { openPlugin } from './folder.js';
import { digestOfSource, watchSource } from './source.js';

/** A plugin that runs while its source is changed. */
export interface Dev {
  /** What can be called: operation and name. */
  members(): readonly (readonly [operation: string, name: string])[];
  /** Calls a member with the version that is there now. Throws: what the call throws. */
  call(name: string, input: Json, told: (part: unknown) => void): Promise<void>;
  dispose(): Promise<void>;
}
/** What happens meanwhile, for people. */
export type Tell = (line: string) => void;

const buildLimitMs = 120_000;

/** Where a compiler says what is wrong: `src/plugin.ts:12:3`, or `src/plugin.ts(12,3)`. */
const placed = /^.*(?:\bsrc|\btest)[\\/][^\s:(]+(?::\d+:\d+|\(\d+,\d+\)).*$/;
/** What a build said that somebody has to read, each line once. */
function complaint(said: string): string {
  const lines = said
    .replaceAll(/\u001b\[[\d;]*m/g, '')
    .split('\n')
    .map((line) => line.trim());
  const errors = lines.filter((line) => (placed.test(line) || /error/i.test(line)) && !line.startsWith('at '));
  return [...new Set(errors)].slice(0, 20).join('\n') || said.trim().slice(-2_000);
}

/**
 * Builds a plugin, runs it among those this program ships, and does so again with every change of its source: a change of
 * its code is put in the place of the old one, a change of its manifest begins anew. What can't be built is told, and the
 * version before goes on.
 *
 * Throws: `RUSTIC_PLUGIN_BUILD` when it can't be built the first time; what booting throws.
 * Owner: the caller disposes it.
 */
export async function startDev(root: string, own: string, tell: Tell): Promise<Dev> {
  const home = join(root, 'node_modules/.cache/rustic-dev');
  const folders = { ...nodeHost({ cwd: root }).folders, home };
  for (const name of ['config', 'data', 'state', 'cache'] as const) folders[name] = join(home, name);

  const build = async (): Promise<string | undefined> => {
    const { code, stdout, stderr } = await runChild('npm', ['run', '--silent', 'build'], {
      cwd: root,
      limitMs: buildLimitMs,
    });
    return code === 0 ? undefined : complaint(`${stdout}\n${stderr}`);
  };
  const manifestNow = async () => {
    const { json } = await openPlugin(root);
    return parseManifest(json.rustic?.manifest, json.name ?? 'package.json');
  };
  const boot = async (manifest: Manifest): Promise<Kernel> => {
    const log = () => {};
    const kernel = await createKernel({
      contracts: standard,
      host: { ...nodeHost({ cwd: root, log }), folders },
      lock: await devLock(root, manifest, own),
      from: own,
      approve: async ({ accesses }) => {
        tell(`allowed once: ${accesses.map(({ action, resource }) => `${action} ${resource}`).join(', ')}`);
        return { outcome: 'once' };
      },
    });
    await kernel.activate(manifest.id).catch(async (error: unknown) => {
      await kernel.dispose();
      throw error;
    });
    return kernel;
  };

  const failed = await build();
  if (failed !== undefined) throw cliError('RUSTIC_PLUGIN_BUILD', { reason: failed });
  let manifest = await manifestNow();
  let kernel = await boot(manifest);

  const renew = async () => {
    const startedMs = performance.now();
    const wrong = await build();
    if (wrong !== undefined) return tell(`It can not be built; the version before goes on.\n${wrong}`);
    try {
      const next = await manifestNow();
      if (isDeepStrictEqual(next, manifest)) await kernel.reload(manifest.id);
      else {
        const other = await boot(next);
        const old = kernel;
        [kernel, manifest] = [other, next];
        await old.dispose();
      }
      tell(`Reloaded in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
    } catch (error) {
      const { code, message } = errorInfo(error);
      tell(`It does not start; the version before goes on.\n${code}: ${message}`);
    }
  };
  let renewing = Promise.resolve();
  const source = join(root, (await isBundle({ root })) ? 'skills' : 'src');
  let seen = await digestOfSource(source);
  const changed = () => {
    renewing = renewing.then(async () => {
      const now = await digestOfSource(source);
      if (now !== seen) await renew();
      seen = now;
    });
  };
  const watched = watchSource(source, changed);
  const members = () =>
    (['tool', 'skill', 'command', 'model', 'agent'] as const).flatMap((operation) =>
      Object.keys(manifest.contributes?.[operation] ?? {}).map((name) => [operation, name] as const),
    );
  return {
    members,
    async call(name, input, told) {
      const found = members().find(([, one]) => one === name);
      if (!found)
        throw cliError('RUSTIC_USAGE', { reason: `It has no ${name}.`, hint: 'Write help to see what it has.' });
      const handle = kernel.use(found[0]).get(name);
      const result = handle.invoke(input as never, kernel.call()) as Promise<unknown> | AsyncIterable<unknown>;
      if (Symbol.asyncIterator in result) for await (const event of result) told(event);
      else told(await result);
    },
    async dispose() {
      watched.close();
      await renewing;
      await kernel.dispose();
    },
  };
}
