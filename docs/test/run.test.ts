import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { root } from './repository.js';

/** Runs .ci/run where `npm` is these lines of shell instead. */
async function run(npm: string) {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-run-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` };
  const ended = await promisify(execFile)('bash', [join(root, '.ci/run')], { cwd: folder, env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  return { code: ended.code, last: ended.stdout.trimEnd().split('\n').at(-1) };
}

describe('.ci/run', () => {
  it.each([
    ['the counts of the tests', 'echo "12 passed, 0 failed"', { code: 0, last: '12 passed, 0 failed' }],
    [
      'them after what npm says',
      'echo "12 passed, 2 failed, 1 skipped"; echo more; exit 1',
      { code: 1, last: '12 passed, 2 failed' },
    ],
    ['a failure when the tests did not start', 'echo lint; exit 2', { code: 2, last: '0 passed, 1 failed' }],
    ['a failure when nothing was counted', 'echo nothing', { code: 1, last: '0 passed, 1 failed' }],
    ['a failure that no test counts', 'echo "12 passed, 0 failed"; exit 1', { code: 1, last: '12 passed, 1 failed' }],
    [
      'a failed install',
      'test "$1" = ci && exit 3; echo "1 passed, 0 failed"',
      { code: 3, last: '0 passed, 1 failed' },
    ],
  ])('ends with %s', async (_, npm, expected) => {
    expect(await run(npm)).toEqual(expected);
  });
});
