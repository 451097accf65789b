import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProduct, type Format } from './built.js';
import { createProject, type Project, type Ran } from './project.js';

/** The same composition, run as it is or as a product: what holds for one holds for the others. */
interface Program {
  readonly folder: string;
  run(...args: string[]): Promise<Ran>;
}
const turns = [
  { when: 'write', calls: [{ tool: 'fs_write', input: { path: 'note.txt', content: 'kept' } }] },
  { when: 'shell', calls: [{ tool: 'shell_run', input: { command: 'echo hello > shell.txt' } }] },
  { when: 'outside', calls: [{ tool: 'fs_write', input: { path: '../outside.txt', content: 'no' } }] },
  { say: 'Done.' },
];
const rules = [{ effect: 'deny', action: 'exec', match: 'curl **' }];

async function program(as: Format | 'rustic'): Promise<Program> {
  const project: Project = await createProject({ turns, rules, locked: true });
  if (as === 'rustic') return { folder: project.folder, run: (...args) => project.rustic(...args) };
  const product = await buildProduct(project, as);
  product.write('scenario.json', { turns });
  return product;
}
const json = ({ stdout }: Ran) => JSON.parse(stdout) as Record<string, unknown>;

describe.each<Format | 'rustic'>(['rustic', 'folder', 'executable'])('the gate of a composition run as %s', (as) => {
  it('refuses what nobody allowed, and says so', async () => {
    const { run, folder } = await program(as);
    for (const prompt of ['write', 'shell', 'outside']) {
      const ran = json(await run('run', prompt, '--json'));
      expect(ran, prompt).toMatchObject({ status: 'ok', permissionDenials: [expect.any(String)] });
    }
    for (const file of ['note.txt', 'shell.txt', '../outside.txt']) expect(existsSync(join(folder, file))).toBe(false);
  });

  it('lets through what was allowed for this run, and nothing that a rule denies', async () => {
    const { run, folder } = await program(as);
    const allowed = ['--allow', 'tool **', '--allow', 'fs.write **', '--allow', 'fs.read **'];
    expect(json(await run('run', 'write', ...allowed, '--json'))).toMatchObject({
      status: 'ok',
      permissionDenials: [],
    });
    expect(readFileSync(join(folder, 'note.txt'), 'utf8')).toBe('kept');
    expect(json(await run('run', 'outside', ...allowed, '--json'))['permissionDenials']).not.toEqual([]);
    expect(existsSync(join(folder, '../outside.txt'))).toBe(false);
    expect(json(await run('permissions', 'explain', 'curl x', '--json'))).toMatchObject({ decision: 'deny' });
    expect(json(await run('permissions', 'explain', 'ls && curl x', '--json'))).toMatchObject({ decision: 'deny' });
  });

  it('takes down every decision in one chain, which verifies', async () => {
    const { run } = await program(as);
    await run('run', 'write');
    await run('run', 'shell');
    const verified = json(await run('permissions', 'verify', '--json'));
    expect(verified).toMatchObject({ ok: true });
    expect(verified['entries']).toBeGreaterThan(3);
    const proof = json(await run('prove', '--json')) as {
      ok: boolean;
      composition: string;
      checks: { name: string; ok: boolean }[];
    };
    expect(proof.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(proof.ok).toBe(true);
  });
});

it('has the composition hash of the lock it was built from', async () => {
  const project = await createProject({ turns, rules, locked: true });
  const product = await buildProduct(project, 'folder');
  const { digest } = JSON.parse(project.read('rustic.lock')) as { digest: string };
  expect(json(await product.run('prove', '--json'))['composition']).toBe(digest);
});
