// The command line beside others of its kind that are installed here: PATH is searched, nothing is downloaded.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { median } from '../../kernel/bench/lib.mjs';

const peers = ['codex', 'pi', 'gemini', 'opencode'];
const rounds = 9;
const node = process.execPath;
const bin = join(import.meta.dirname, '../bin/rustic.js');

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
const found = peers.flatMap((name) => {
  const file = onPath(name);
  return file ? [{ name, command: [file] }] : [];
});
const missing = peers.filter((name) => found.every((one) => one.name !== name));
if (missing.length > 0) console.log(`left out, because they are not on the PATH: ${missing.join(', ')}`);

/** Unit: ms. */
const wall = ([command, ...args]) => {
  const startedMs = performance.now();
  const { status, error } = spawnSync(command, args, { stdio: 'ignore' });
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${error ?? status}`);
  return performance.now() - startedMs;
};
const subjects = [{ name: 'rustic', command: [node, bin] }, ...found];
if (found.length > 0)
  for (const flag of ['--version', '--help']) {
    const ratios = new Map(subjects.map(({ name }) => [name, []]));
    for (const { command } of subjects) wall([...command, flag]);
    for (let round = 0; round < rounds; round++) {
      const floor = wall([node, '-e', '0']);
      for (const { name, command } of subjects) ratios.get(name).push(wall([...command, flag]) / floor);
    }
    const [own, ...others] = [...ratios].map(([name, all]) => ({ name, ratio: median(all) }));
    const text = others.map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`).join(', ');
    const best = Math.min(...others.map(({ ratio }) => ratio));
    const ok = own.ratio <= best;
    console.log(
      `${(ok ? 'ok' : 'OVER').padEnd(5)}${flag} x node -e 0: rustic ${own.ratio.toFixed(2)}; ${text}; median of ${rounds}`,
    );
    if (!ok) process.exitCode = 1;
  }
