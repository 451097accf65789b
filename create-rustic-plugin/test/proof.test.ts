import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createComposer, type Registry } from '../../cli/test/compose.js';
import { root } from '../../cli/test/project.js';
import { type Manager, managers, must, node, openDesk, openRegistry, textsOf, treeOf } from './authoring.js';
import { uses } from './uses.js';

const full = process.env['RUSTIC_PROOF'] === 'full';
const kinds = ['tool', ...readdirSync(join(root, 'plugin-template/kinds')).toSorted()];
const pairs = (Object.keys(managers) as Manager[]).flatMap((manager) => kinds.map((kind) => ({ manager, kind })));
/** From the first command to the passing tests. */
const limitMs = 60_000;

let registry: Registry;
beforeAll(async () => {
  registry = await openRegistry();
}, 120_000);
afterAll(() => registry.close());

/** As an author makes it: outside the repository, from what is published, with a scope of their own. */
async function make(kind: string, manager: Manager) {
  const env = { ...registry.env, ...managers[manager]() };
  const [desk, scope] = [openDesk(), `by-${manager}`];
  const flags = ['--kind', kind, '--name', 'sea-weather', '--scope', scope, '--pm', manager];
  const startedMs = performance.now();
  await must('npm', ['create', '--yes', 'rustic-plugin@latest', 'mine', '--', ...flags], desk, env);
  const folder = join(desk, 'mine');
  const texts = textsOf(folder);
  await must(manager, ['test'], folder, env);
  const tookMs = performance.now() - startedMs;
  process.stdout.write(`${kind} with ${manager}: ${(tookMs / 1_000).toFixed(1)} s to a passing test\n`);
  return {
    folder,
    env,
    texts,
    tookMs,
    id: `@${scope}/${kind}-sea-weather`,
    name: `@${scope}/rustic-plugin-${kind}-sea-weather`,
  };
}

/** What its author does before publishing it. */
async function prove(manager: Manager, { folder, env }: Awaited<ReturnType<typeof make>>) {
  const written = ['src', 'test', 'skills'].filter((name) => existsSync(join(folder, name)));
  if (written.includes('src')) {
    for (const script of ['lint', 'typecheck']) await must(manager, ['run', script], folder, env);
    await node(folder, 'node_modules/oxlint/bin/oxlint', '--deny-warnings', '-c', join(root, '.oxlintrc.json'), '.');
  }
  const rustic = (...args: string[]) => node(folder, 'cli/bin/rustic.js', 'plugin', ...args);
  await rustic('docs', '--check');
  const style = ['--no-config', '--print-width=120', '--single-quote'];
  await node(folder, 'node_modules/prettier/bin/prettier.cjs', ...style, '--check', ...written, '*.{md,json,mjs}');
  await rustic('check');
  const { stdout } = await rustic('pack', '--json');
  const { files } = JSON.parse(stdout) as { files: readonly { path: string }[] };
  const tops = new Set(files.map(({ path }) => path.split('/')[0]));
  expect([...tops].toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
}

/** As somebody else uses it: added to a composition that never had it, seen at work in a run, removed. */
async function use(kind: string, { id, name }: { readonly id: string; readonly name: string }) {
  const found = uses[kind];
  if (!found) throw new Error(`uses.ts does not say how a ${kind} is used`);
  const { options = () => [], official = [], beside, calls = [], shows } = found;
  const project = await createComposer(registry, { 'package.json': '{ "private": true }\n' });
  project.write('rustic.json', '{ "plugins": [] }\n');
  project.write('scenario.json', { turns: [...(calls.length > 0 ? [{ calls }] : []), { say: 'Done.' }] });
  const rustic = async (...args: readonly string[]) =>
    expect(await project.rustic(...args, '--yes'), args.join(' ')).toMatchObject({ code: 0 });
  await rustic('add', 'provider-scripted', '--option', 'scenario=scenario.json');
  await rustic('add', 'agent-loop', 'session-log', 'storage-memory', 'frontend-terminal', ...official);
  const before = project.read('rustic.json');
  await rustic('add', name, ...options(id));
  if (beside) {
    registry.put(beside);
    await rustic('add', beside.name);
  }
  await shows(project);
  if (beside) await rustic('remove', beside.name);
  await rustic('remove', name);
  expect(project.read('rustic.json')).toBe(before);
  expect(project.read('package.json')).not.toContain('sea-weather');
}

describe('a plugin somebody writes', () => {
  it.each(full ? pairs : pairs.slice(0, 1))(
    'of kind $kind is made, tested, checked, published, added, used and removed, with $manager',
    async ({ manager, kind }) => {
      const made = await make(kind, manager);
      expect(made.texts.filter((text) => /template/i.test(text))).toEqual([]);
      expect(made.tookMs).toBeLessThan(limitMs);
      await prove(manager, made);
      const publish = ['publish', '--access', 'public', '--provenance=false'];
      await must('npm', publish, made.folder, registry.env);
      await use(kind, made);
    },
    180_000,
  );
});

describe('what is written', () => {
  it.each(kinds)('for a %s is exactly this', async (kind) => {
    const desk = openDesk();
    const flags = ['--kind', kind, '--name', 'sea-weather', '--no-install', '--no-git'];
    await node(desk, 'create-rustic-plugin/bin/create-rustic-plugin.js', 'mine', ...flags);
    expect(treeOf(join(desk, 'mine'))).toMatchSnapshot();
  });
});
