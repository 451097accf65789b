// The file tools through the whole of invoke: one small file beside plain reading, and a search through 50,000 files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { median } from '../../kernel/bench/lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rustic-files-'));
const small = 'x'.repeat(1_023) + '\n';
writeFileSync(join(folder, 'small.txt'), small);
for (let outer = 0; outer < 100; outer++)
  for (let inner = 0; inner < 10; inner++) {
    const path = join(folder, `tree/d${outer}/e${inner}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 50; file++) {
      const number = outer * 500 + inner * 50 + file;
      const lines = Array.from(
        { length: 20 },
        (_, line) => `const value${line} = compute(${number}, ${line * 7}); // a line\n`,
      );
      writeFileSync(join(path, `f${file}.${file % 5 === 0 ? 'md' : 'ts'}`), lines.join(''));
    }
  }
writeFileSync(join(folder, 'tree/.gitignore'), 'node_modules\n*.log\ndist/\n!keep.log\n');
writeFileSync(join(folder, 'tree/d77/e7/needle.ts'), 'the Needle is here: id-4711\n');

const kernel = await createKernel({
  contracts: standard,
  host: nodeHost({ cwd: folder }),
  plugins: [workspace, filesystem],
});
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const use = (name, input) => kernel.use('tool').get(name).invoke(input, kernel.call());
const report = (name, ms, limitMs) => {
  console.log(`${(ms <= limitMs ? 'ok' : 'OVER').padEnd(5)}${name}: ${ms.toFixed(2)} ms (limit ${limitMs.toFixed(2)})`);
  if (ms > limitMs) process.exitCode = 1;
};

const reads = 300;
const many = async (work) => {
  for (let index = 0; index < reads; index++) await work();
};
const over = [];
for (let round = 0; round < 15; round++) {
  const floor = await timed(() => many(() => readFile(join(folder, 'small.txt'), 'utf8')));
  const subject = await timed(() => many(() => use('fs_read', { path: 'small.txt' })));
  over.push((subject - floor) / reads);
}
report('fs_read of 1 KB over fs.readFile', median(over), 0.3);

// ripgrep where there is one, on the same tree in the same minute; else what a person would wait for.
const ripgrepName = process.env.RIPGREP ?? 'rg';
const hasRipgrep = spawnSync(ripgrepName, ['--version']).status === 0;
const ripgrep = (args) => timed(async () => spawnSync(ripgrepName, args, { cwd: folder, stdio: 'ignore' }));
async function search(name, tool, input, args) {
  const times = [];
  const floors = [];
  for (let round = 0; round < 5; round++) {
    times.push(await timed(() => use(tool, input)));
    if (hasRipgrep) floors.push(await ripgrep(args));
  }
  report(`${name} over 50,000 files`, median(times), hasRipgrep ? 2 * median(floors) : 3_000);
}
const path = 'tree';
await search('fs_glob of **/e3/*.md', 'fs_glob', { path, pattern: '**/e3/*.md', limit: 5_000 }, [
  '--files',
  '-g',
  '**/e3/*.md',
  path,
]);
await search('fs_grep of plain text', 'fs_grep', { path, pattern: 'Needle' }, ['Needle', path]);
await search('fs_grep of an expression', 'fs_grep', { path, pattern: 'id-\\d{4}$' }, ['id-\\d{4}$', path]);
await search('fs_grep in any case', 'fs_grep', { path, pattern: 'needle', ignoreCase: true }, ['-i', 'needle', path]);
await search('fs_grep with classes only', 'fs_grep', { path, pattern: '[a-z]+_[A-Z]+\\d' }, ['[a-z]+_[A-Z]+\\d', path]);
await search('fs_grep of what is everywhere', 'fs_grep', { path, pattern: 'compute', output: 'counts', limit: 2_000 }, [
  '-c',
  'compute',
  path,
]);

await kernel.dispose();
rmSync(folder, { recursive: true, force: true });
