import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Bundle } from './bundle.js';
import { toolAt } from './tools.js';

const run = promisify(execFile);
/** Source: Node's manual, "Single executable applications", v24. */
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Makes a single executable of the Node that runs this, at `to`. `starter` runs first, and `files` are what it starts. */
export async function makeExecutable(
  { starter, files, from }: { readonly starter: string; readonly files: Bundle['files']; readonly from: string },
  to: string,
): Promise<void> {
  const postject = join(dirname(toolAt('postject/package.json', from)), 'dist/cli.js');
  const folder = await mkdtemp(join(tmpdir(), 'rustic-build-'));
  const inside = (file: string) => join(folder, file);
  try {
    const assets = files.map(({ path, contents }) => ({ name: basename(path), contents }));
    for (const { name, contents } of assets) await writeFile(inside(name), contents);
    await writeFile(inside('main.cjs'), starter);
    // Names without the folder: they stand in the executable, and the same lock is to give the same bytes.
    const config = {
      main: 'main.cjs',
      output: 'blob',
      disableExperimentalSEAWarning: true,
      // Node calls the loader of code that is no file experimental, with every start.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      assets: Object.fromEntries(assets.map(({ name }) => [name, name])),
    };
    await writeFile(inside('sea.json'), JSON.stringify(config));
    await run(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: folder });
    await copyFile(process.execPath, to);
    await chmod(to, 0o755);
    const injected = [postject, to, 'NODE_SEA_BLOB', inside('blob'), '--sentinel-fuse', sentinelFuse];
    // It warns of sections it does not know: of no use to who builds.
    await run(process.execPath, [
      ...injected,
      ...(process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : []),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
