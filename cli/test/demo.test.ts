import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { follow, root, temporaryFolder } from './project.js';

const demo = join(root, 'docs/examples/demo');

it('the demonstration finds the mistake, asks before it acts, and leaves alone what it was told to', async () => {
  const base = temporaryFolder();
  const folder = join(base, 'demo');
  mkdirSync(join(base, 'node_modules'));
  symlinkSync(join(root, 'node_modules/@rustic-ai'), join(base, 'node_modules/@rustic-ai'));
  const env = { PATH: process.env.PATH, HOME: base, RUSTIC_HOME: join(base, 'home') };
  const running = follow(spawn(process.execPath, [join(demo, 'demo.mjs'), folder], { cwd: root, env }));
  running.child.stdin?.end();
  const { code, stdout, stderr } = await running.ended;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('  $ node sum.test.mjs\n');
  expect(stderr).toContain('  allowed (once) by policy\n  ✗ shell_run RUSTIC_EXEC_EXIT');
  expect(stderr).toContain('  allowed (once) by policy\n  ✓ fs_edit');
  expect(stderr).toContain('  denied by policy: Leave the tests as they are.\n  ✗ fs_edit RUSTIC_PERMISSION_DENIED');
  expect(stdout).toContain('\nI left the test file alone, as you asked.\n\n$ rustic session show\n');
  expect(stdout).toContain(
    'refused or failed, RUSTIC_PERMISSION_DENIED: Denied by policy, not by the tool. Permission denied for tool "fs_edit"',
  );
  const [sum, test] = ['sum.mjs', 'sum.test.mjs'].map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(sum).toContain('total + number');
  expect(test).toBe(readFileSync(join(demo, 'project/sum.test.mjs'), 'utf8'));
});
