// Runs every bench in turn, each in a process of its own, and fails when one of them is over its limit.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const benches = globSync('{kernel,cli}/bench/*.bench.mjs').toSorted();
const failed = benches.filter((file) => spawnSync(process.execPath, [file], { stdio: 'inherit' }).status !== 0);
if (failed.length > 0) {
  console.log(`over their limits: ${failed.join(', ')}`);
  process.exitCode = 1;
}
