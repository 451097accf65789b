import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject, follow, root, temporaryFolder } from './project.js';

/** This program as it is when it was installed with another version of the kernel. */
function installedWith(version: string): string {
  const folder = temporaryFolder();
  const own = join(folder, 'node_modules/rustic-ai');
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, 'cli', part), join(own, part), { recursive: true });
  const kernel = join(folder, 'node_modules/@rustic-ai/kernel');
  mkdirSync(kernel, { recursive: true });
  writeFileSync(join(kernel, 'package.json'), JSON.stringify({ name: '@rustic-ai/kernel', version }));
  return join(own, 'bin/rustic.js');
}

it.each([
  ['0.1.0', '>=0.1.0 <1', true],
  ['0.1.0', '^0.1.0', true],
  ['0.1.0', '>=0.1.0-0', true],
  ['0.1.0', '*', true],
  ['0.1.0', '^0.2.0', false],
  ['0.1.0', '>=0.1.1', false],
  ['0.1.0', '^0.1.1-next.0', false],
  ['0.1.1-next.0', '^0.1.0', true],
  ['0.1.1-next.0', '^0.1.1', false],
  ['0.2.0-next.1', '>=0.1.0-0', true],
  ['0.2.0-next.1', '>=0.1.0 <1', true],
  ['0.2.0-next.1', '^0.1.0', false],
  ['0.2.0-next.1', '^0.2.0', false],
  ['0.2.0-next.1', '^0.2.0-next.0', true],
  ['0.2.0-next.1', '^0.2.0-next.2', false],
  ['0.2.0-next.1', '0.2.0-next.1', true],
  ['0.2.0-next.1', '*', true],
  ['1.0.0-rc.1', '>=0.1.0 <1', false],
  ['1.0.0-rc.1', '>=0.1.0 <1 || ^1.0.0-0', true],
  ['0.1.0', 'workspace:*', false],
  ['0.1.0', 'latest', false],
])('doctor of kernel %s takes a plugin for %s: %s', async (version, range, fits) => {
  const project = await createProject({ composition: { plugins: ['acme-extra'] } });
  project.install({ name: 'acme-extra', manifest: { id: 'extra' } });
  const file = 'node_modules/acme-extra/package.json';
  const json = JSON.parse(project.read(file)) as object;
  project.write(file, { ...json, peerDependencies: { '@rustic-ai/kernel': range } });
  expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
  const doctor = spawn(process.execPath, [installedWith(version), 'doctor'], { cwd: project.folder, env: project.env });
  const { code, stdout } = await follow(doctor).ended;
  expect(stdout).toContain(`ok     kernel: ${version}\n`);
  const line = stdout.split('\n').find((one) => one.includes('kernel of extra'));
  expect({ code, line }).toEqual(
    fits
      ? { code: 0, line: `ok     kernel of extra: ${range} fits ${version}` }
      : {
          code: 1,
          line: `FAILED kernel of extra: RUSTIC_PLUGIN_PEER: The plugin "extra" is made for kernel ${range}; this is ${version}.`,
        },
  );
});

it('doctor goes on where a plugin names no kernel', async () => {
  const project = await createProject({ composition: { plugins: ['acme-extra'] } });
  project.install({ name: 'acme-extra', manifest: { id: 'extra' } });
  await project.rustic('lock', '--accept');
  expect((await project.rustic('doctor')).stdout).toContain('ok     kernel of extra: it names no kernel\n');
});
