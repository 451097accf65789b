import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const own = [
  'kernel',
  'plugins/provider-scripted',
  'plugins/agent-loop',
  'plugins/session-log',
  'plugins/storage-memory',
];
/** What the kernel stands on, packed as well: the installation needs no network. */
const vendors = ['typebox', 'tapable', 'picomatch'].map((name) => `node_modules/${name}`);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rustic-library-'));
  const packed = await run(
    'npm',
    ['pack', '--json', '--pack-destination', folder, ...[...own, ...vendors].map((name) => `./${name}`)],
    {
      cwd: root,
    },
  );
  const tarballs = (JSON.parse(packed.stdout) as { filename: string }[]).map(({ filename }) => `./${filename}`);
  await writeFile(join(folder, 'package.json'), '{ "name": "mine", "private": true, "type": "module" }\n');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], {
    cwd: folder,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('runs an agent from a lock in five lines, in an empty project that installed the packed packages', async () => {
  const plugins = ['provider-scripted', 'agent-loop', 'session-log', 'storage-memory'];
  const composition = { plugins: plugins.map((name) => `@rustic-ai/plugin-${name}`) };
  await writeFile(join(folder, 'rustic.json'), JSON.stringify(composition));
  const env = { ...process.env, RUSTIC_HOME: join(folder, 'home') };
  await run(process.execPath, [join(root, 'cli/bin/rustic.js'), 'lock', '--accept'], { cwd: folder, env });
  const lock = JSON.parse(await readFile(join(folder, 'rustic.lock'), 'utf8')) as { plugins: { linked?: true }[] };
  expect(lock.plugins.map(({ linked = false }) => linked)).toEqual([false, false, false, false]);

  const program = [
    "import { createKernel, readLock } from '@rustic-ai/kernel';",
    "import { standard } from '@rustic-ai/kernel/contracts';",
    "import { nodeHost } from '@rustic-ai/kernel/node';",
    "const kernel = await createKernel({ contracts: standard, host: nodeHost(), lock: await readLock('rustic.lock') });",
    "for await (const event of kernel.use('agent').default.invoke({ prompt: 'hello' })) console.log(event.type);",
    'await kernel.dispose();',
  ];
  await writeFile(join(folder, 'main.js'), program.join('\n'));
  const { stdout, stderr } = await run(process.execPath, ['main.js'], { cwd: folder, env });
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n').at(0)).toBe('session.started');
  expect(stdout.trim().split('\n').at(-1)).toBe('run.completed');
});

it('refuses a package that is not what the lock recorded', async () => {
  const file = join(folder, 'node_modules/@rustic-ai/plugin-agent-loop/dist/index.js');
  await writeFile(file, `${await readFile(file, 'utf8')}\n// changed\n`);
  const failing = run(process.execPath, ['main.js'], { cwd: folder });
  await expect(failing).rejects.toMatchObject({ stderr: expect.stringContaining('RUSTIC_PLUGIN_CHANGED') });
});
