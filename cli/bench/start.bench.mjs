// Whole processes: the command line beside an empty Node.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { compare } from '../../kernel/bench/lib.mjs';

const bin = join(import.meta.dirname, '../bin/rustic.js');
const wall =
  (...args) =>
  () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
    return performance.now() - start;
  };
const floor = wall('-e', '0');
wall(bin, '--help')();
const about = { floor, rounds: 15, unit: 'ms' };
await compare({ name: 'rustic --version beside node -e 0', subject: wall(bin, '--version'), limit: 1.3, ...about });
await compare({ name: 'rustic --help beside node -e 0', subject: wall(bin, '--help'), limit: 1.5, ...about });
