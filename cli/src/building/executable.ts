import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Script } from 'node:vm';
import { digestOfBytes } from '../product/seal.js';
import { toolAt } from './bundle.js';

interface Named {
  readonly name: string;
  readonly version: string;
}
const run = promisify(execFile);
/** Source: Node's manual, "Single executable applications", v24. */
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The code of a product is a function, so that it can be given a `require` that looks beside the executable. */
const wrapped = (code: Uint8Array) => `(function (require) {${Buffer.from(code).toString('utf8')}\n})`;

/** What the executable runs first: it compares the code with its digest, then runs it from its code cache. */
const loaderText = ({ name, version }: Named, digest: string) => `
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(${JSON.stringify(`${version}\n`)});
  return;
}
const { getAsset, getRawAsset } = require('node:sea');
const { createHash } = require('node:crypto');
const { createRequire } = require('node:module');
const { constants, Script } = require('node:vm');
const code = Buffer.from(getRawAsset('code'));
if (createHash('sha256').update(code).digest('hex') !== ${JSON.stringify(digest)}) {
  process.stderr.write('RUSTIC_PRODUCT_DAMAGED: ${name} is not as it was built.\\nFix: Install this program again.\\n');
  process.exit(3);
}
const script = new Script(code.toString('utf8'), {
  filename: process.execPath,
  cachedData: Buffer.from(getRawAsset('cache')),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
script.runInThisContext()(createRequire(process.execPath));
`;

/** Makes a single executable of the Node that runs this, at `to`. */
export async function makeExecutable(product: Named, code: Uint8Array, from: string, to: string): Promise<void> {
  const postject = join(dirname(toolAt('postject/package.json', from)), 'dist/cli.js');
  const folder = await mkdtemp(join(tmpdir(), 'rustic-build-'));
  const inside = (file: string) => join(folder, file);
  try {
    const text = wrapped(code);
    await writeFile(inside('code'), text);
    await writeFile(inside('cache'), new Script(text, { filename: product.name }).createCachedData());
    await writeFile(inside('main.cjs'), loaderText(product, digestOfBytes(Buffer.from(text))));
    const config = {
      main: inside('main.cjs'),
      output: inside('blob'),
      disableExperimentalSEAWarning: true,
      // Node calls the loader of code that is no file experimental, with every start.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      assets: { code: inside('code'), cache: inside('cache') },
    };
    await writeFile(inside('sea.json'), JSON.stringify(config));
    await run(process.execPath, ['--experimental-sea-config', inside('sea.json')]);
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
