import { join } from 'node:path';
import { formatLock } from '@rustic-ai/kernel/compose';
import { appOf } from '../product/product.js';
import { type BuildRequest, type InstalledPlugin, isScript, type ScriptRequest } from './request.js';

const text = (value: unknown) => JSON.stringify(value);

/** The module a bundle begins with: the product, and what runs it. */
export function entryText(request: BuildRequest, inside: readonly InstalledPlugin[]): string {
  const { name, version, description, settings, open, kernel, lock, own, target, format } = request;
  const door = text(join(own, target === 'library' ? 'app.js' : open ? 'open-product.js' : 'product.js'));
  const plugins = inside
    .map(({ locked, root }) => `${text(locked.package)}: () => import(${text(join(root, locked.entry))}),`)
    .join('\n    ');
  const product = (folder: string, seal?: string) => `{
  ...${text({ name, version, description, settings, open, kernel })},
  lock: ${text(JSON.stringify(JSON.parse(formatLock(lock))))},
  folder: ${folder},
  ${seal ? `seal: ${seal},` : ''}
  plugins: {
    ${plugins}
  },
}`;
  const here = 'dirname(fileURLToPath(import.meta.url))';
  if (target === 'library')
    return `import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp, sealOfFile, sealOfFolder } from ${door};
const product = ${
      format === 'file'
        ? product(here, 'sealOfFile(new URL(import.meta.url))')
        : product(`join(${here}, '..')`, "sealOfFolder(new URL('./digests.json', import.meta.url))")
    };
/** Boots the composition this library was built from. */
export const createApp = (options) => startApp(product, options);
`;
  if (isScript(request))
    return `import { join } from 'node:path';
import { runProduct } from ${door};
const product = ${product(format === 'folder' ? "join(import.meta.dirname, '..')" : 'import.meta.dirname')};
export const start = (args) => runProduct(product, args);
`;
  // Whoever only asks for the version waits for nothing else to be read.
  return `import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
const args = process.argv.slice(2);
const run = async () => {
  const { runProduct, sealOfFile } = await import(${door});
  process.exitCode = await runProduct(${product(here, 'sealOfFile(new URL(import.meta.url))')}, args);
};
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) process.stdout.write(${text(`${version}\n`)});
else run();
`;
}

/** The file of a product's script. */
export const scriptName = ({ name }: Pick<BuildRequest, 'name'>): string => `${name}.js`;

/** By format: where the script and its parts are found. */
const storedText: Readonly<Record<ScriptRequest['format'], string>> = {
  folder: `const { getBuiltinModule: builtin } = process;
  const { readFileSync } = builtin('node:fs');
  const { join } = builtin('node:path');
  const folder = join(import.meta.dirname, 'app');
  const stored = {
    folder,
    read: (name) => readFileSync(join(folder, name)),
    load: (specifier) => import(specifier),
  };`,
  executable: `const { getRawAsset } = require('node:sea');
  const { constants, Script } = require('node:vm');
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const { execPath } = process;
  const stored = {
    folder: require('node:path').dirname(execPath),
    read: (name) => Buffer.from(getRawAsset(name)),
    load: new Script('(specifier) => import(specifier)', { filename: execPath, importModuleDynamically }).runInThisContext(),
  };`,
};

/** What starts a script: it says what is wrong with an old Node, and answers for the version itself. */
export const starterText = (request: ScriptRequest, digest: string) =>
  `import { startProgram } from ${text(join(request.own, 'start.js'))};
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(${text(`${request.name} needs Node 22.19 or later; this is Node `)} + process.versions.node + '.\\n');
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write(${text(`${request.version}\n`)});
} else {
  ${storedText[request.format]}
  startProgram({ ...stored, ...${text({ name: request.name, home: appOf(request).home, script: scriptName(request), digest })} });
}
`;
