import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { kernelError } from './errors.js';
import type { Host, LogRecord, Secrets } from './host.js';

/** The machine this process runs on. The one file of the kernel that reads `process`. */
export function nodeHost(options: { readonly cwd?: string; readonly log?: (record: LogRecord) => void } = {}): Host {
  const { env } = process;
  const home = env.HOME || homedir();
  const all = env.RUSTIC_HOME;
  const folder = (variable: string, fallback: string, own: string) =>
    all ? join(all, own) : join(env[variable] || join(home, fallback), 'rustic-ai');
  const read = (allow: readonly string[]) =>
    Object.fromEntries(allow.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return {
    env: read,
    folders: {
      home,
      config: folder('XDG_CONFIG_HOME', '.config', 'config'),
      data: folder('XDG_DATA_HOME', '.local/share', 'data'),
      state: folder('XDG_STATE_HOME', '.local/state', 'state'),
      cache: folder('XDG_CACHE_HOME', '.cache', 'cache'),
      cwd: options.cwd ?? process.cwd(),
    },
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    log: options.log ?? (() => {}),
    secrets: secretsOf(read),
  };
}

function secretsOf(env: Host['env']): Secrets {
  return {
    async read(reference) {
      const found =
        '$env' in reference
          ? env([reference.$env])[reference.$env]
          : await readFile(reference.$file, 'utf8').catch(() => undefined);
      if (!found?.trim()) throw kernelError('RUSTIC_SECRET_MISSING', { reference: JSON.stringify(reference) });
      return found.trim();
    },
  };
}
