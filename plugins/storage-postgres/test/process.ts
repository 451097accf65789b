import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PostgresOptions } from './fixtures/open.mjs';

/** A real process of a fixture that prints lines. */
export function start(
  fixture: 'writer' | 'holder' | 'transactor',
  options: PostgresOptions,
  ...given: readonly (string | number)[]
) {
  const script = fileURLToPath(new URL(`fixtures/${fixture}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options), ...given.map(String)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  let wake = () => {};
  const said = (text = '') => {
    stdout += text;
    wake();
  };
  child.stdout.setEncoding('utf8').on('data', said).on('end', said);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = () => stdout.split('\n').slice(0, -1);
  return {
    child,
    /** Resolves with the lines once there are that many, or no more will come. */
    async until(count: number) {
      while (lines().length < count && !child.stdout.readableEnded)
        await new Promise<void>((resolve) => (wake = resolve));
      return lines();
    },
    ended: new Promise<{ code: number | null; lines: string[]; stderr: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, lines: lines(), stderr })),
    ),
  };
}
