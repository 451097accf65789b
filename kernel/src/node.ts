import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { kernelError } from './errors.js';
import type { Host, LogRecord, Secrets } from './host.js';

export interface NodeHostOptions {
  /** Default: the current folder. */
  readonly cwd?: string;
  /** Default: what is logged is lost. */
  readonly log?: (record: LogRecord) => void;
  /** What its folders are called, and the variable that moves them all. Default: `rustic-ai` and `RUSTIC_HOME`. */
  readonly app?: { readonly name: string; readonly home: string };
}

/** The machine this process runs on. The one file of the kernel that reads `process`. */
export function nodeHost(options: NodeHostOptions = {}): Host {
  const { app = { name: 'rustic-ai', home: 'RUSTIC_HOME' } } = options;
  const { env } = process;
  const home = env.HOME || homedir();
  const all = env[app.home];
  const folder = (variable: string, fallback: string, own: string) =>
    all ? join(all, own) : join(env[variable] || join(home, fallback), app.name);
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
    ...(process.platform !== 'win32' && { suspend }),
  };
}

/** A stop that has not come by then comes no more: the system gives none to a job that no shell looks after. Unit: ms. */
const stopMs = 200;
const suspend = (): Promise<void> =>
  new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      process.off('SIGCONT', goOn);
      // While it stood, nobody told it that its terminal has another size.
      process.kill(process.pid, 'SIGWINCH');
      resolve();
    };
    const timer = setTimeout(goOn, stopMs);
    process.on('SIGCONT', goOn);
    // Zero is all of its job: what started it stops as well, as a terminal would have it.
    process.kill(0, 'SIGTSTP');
  });

function secretsOf(env: Host['env']): Secrets {
  return {
    async read(reference) {
      const found =
        '$env' in reference
          ? env([reference.$env])[reference.$env]
          : // This host keeps no credentials; the one of the command line does.
            await readFile('$file' in reference ? reference.$file : '', 'utf8').catch(() => undefined);
      if (!found?.trim()) throw kernelError('RUSTIC_SECRET_MISSING', { reference: JSON.stringify(reference) });
      return found.trim();
    },
  };
}
