import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const example = join(root, 'docs/examples/library/agent.ts');

it('the library example runs, prints an answer and the boot tree, and nothing on standard error', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example]);
  expect(stderr).toBe('');
  expect(stdout).toContain('demonstration');
  expect(stdout).toMatch(/kernel ready in [\d.]+ ms\n├─ provider-scripted@in-code active/);
});

it('the README shows that very example', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${await readFile(example, 'utf8')}\`\`\``);
});

it('the README shows the two commands of a fresh clone', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  expect(readme).toContain('\nnpm ci && npm run demo\n');
  expect(readme).toContain('\nnpm ci && npm test\n');
});
