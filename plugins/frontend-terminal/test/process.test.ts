import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./run.program.mjs', import.meta.url));

describe('a process without a terminal', () => {
  it('has only the answer on stdout, and nobody to ask', async () => {
    const running = promisify(execFile)(process.execPath, [program, 'once']);
    running.child.stdin?.end('y\n');
    expect(await running).toEqual({
      stdout: 'Hi: There is no terminal to ask on.\n',
      stderr: 'session s-1 · tokens 1 in, 2 out\n',
    });
  });

  it('takes prompts from a pipe in interactive mode, and ends with it', async () => {
    const running = promisify(execFile)(process.execPath, [program, 'interactive']);
    running.child.stdin?.end('one\n');
    const { stdout, stderr } = await running;
    expect(stdout).toBe('one: There is no terminal to ask on.\nsession s-1 · tokens 1 in, 2 out\n');
    expect(stderr).toBe('');
  });
});
