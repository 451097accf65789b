import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { killOne } from './group.js';

/** Finds what a command left behind outside of its process group, by a variable in its environment. */
export interface Strays {
  /** What marks the processes of one command. */
  mark(): Readonly<Record<string, string>>;
  /** Kills what carries the mark, now and what it has just started. Resolves when none is left. */
  end(mark: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when everything that was looked for is gone. */
  settled(): Promise<void>;
}
const variable = 'RUSTIC_COMMAND';
/** How often it is looked again for what was started meanwhile. */
const most = 10;

/**
 * Only Linux tells the environment of a process; elsewhere nothing is found. Whoever clears its environment is not found
 * either: against intent there is the sandbox. Source: proc(5), /proc/pid/environ.
 */
export function createStrays(): Strays {
  const here = randomUUID();
  const ended = new Set<string>();
  let count = 0;
  let sweeping: Promise<void> | undefined;
  const sweep = async () => {
    while (ended.size > 0) {
      const marks = new Set(ended);
      for (let times = 0; times < most && (await killMarked(marks)); times++);
      for (const mark of marks) ended.delete(mark);
    }
    sweeping = undefined;
  };
  return {
    mark: () => ({ [variable]: `${here}-${++count}` }),
    end(mark) {
      ended.add(`${variable}=${mark[variable]}`);
      return (sweeping ??= sweep());
    },
    settled: async () => sweeping,
  };
}

/** Whether there was any. */
async function killMarked(marks: ReadonlySet<string>): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  let found = false;
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (environment.split('\0').some((entry) => marks.has(entry)) && killOne(Number(pid))) found = true;
  }
  return found;
}
