import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { standard } from '../contracts/index.js';
import type { Host, LogRecord } from '../host.js';
import { createKernel, type Kernel, type KernelOptions } from '../kernel.js';
import { nodeHost } from '../node.js';
import type { Answer, Ask } from '../permissions/types.js';

export interface TestKernelOptions extends Omit<KernelOptions, 'contracts' | 'host' | 'approve'> {
  readonly contracts?: KernelOptions['contracts'];
  /** Answers asks in turn; the last one answers all further ones. Or what answers each ask. Default: deny. */
  readonly answers?: readonly Answer[] | ((ask: Ask) => Answer | Promise<Answer>);
  /** What stands in the workspace at first, by its path there. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Changes to the host, such as a clock. */
  readonly host?: Partial<Host>;
  /** The composition's own approver is asked instead of `answers`. Default: false. */
  readonly ownApprover?: boolean;
}
export interface TestKernel extends Kernel {
  /** The real path of a throw-away workspace. */
  readonly workspace: string;
  readonly host: Host;
  readonly asks: readonly Ask[];
  readonly logs: readonly LogRecord[];
}

/** A kernel in a throw-away folder, with scripted answers; `dispose` removes the folder. */
export async function createTestKernel(options: TestKernelOptions): Promise<TestKernel> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rustic-test-')));
  const {
    answers = [{ outcome: 'deny', message: 'The test answers no.' }],
    ownApprover,
    files = {},
    ...rest
  } = options;
  const asks: Ask[] = [];
  const logs: LogRecord[] = [];
  const inside = (name: string) => join(folder, '.home', name);
  const host: Host = {
    ...nodeHost({ cwd: folder, log: (record) => void logs.push(record) }),
    folders: {
      home: inside(''),
      config: inside('config'),
      data: inside('data'),
      state: inside('state'),
      cache: inside('cache'),
      cwd: folder,
    },
    ...options.host,
  };
  const ask = async (question: Ask): Promise<Answer> => {
    asks.push(question);
    if (typeof answers === 'function') return answers(question);
    return answers[Math.min(asks.length, answers.length) - 1] ?? { outcome: 'deny' };
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const remove = () => rm(folder, { recursive: true, force: true });
  const kernel = await createKernel({
    contracts: standard,
    ...rest,
    host,
    ...(!ownApprover && { approve: ask }),
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    ...kernel,
    workspace: folder,
    host,
    asks,
    logs,
    async dispose() {
      await kernel.dispose();
      await remove();
    },
  };
}

/** Everything a stream yields, in order. */
export async function collect<T>(events: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}
