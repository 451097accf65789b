import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** How a package manager is told things; it never runs scripts of packages. */
export interface Manager {
  readonly name: string;
  add(specs: readonly string[]): readonly string[];
  remove(names: readonly string[]): readonly string[];
  /** Makes `node_modules` what the lock file says. */
  restore(): readonly string[];
}

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
const managers = {
  npm: {
    name: 'npm',
    add: (specs) => ['install', '--ignore-scripts', ...quiet, '--', ...specs],
    remove: (names) => ['uninstall', '--ignore-scripts', ...quiet, '--', ...names],
    restore: () => ['install', '--ignore-scripts', '--prefer-offline', ...quiet],
  },
  pnpm: {
    name: 'pnpm',
    add: (specs) => ['add', '--ignore-scripts', ...specs],
    remove: (names) => ['remove', '--config.ignore-scripts=true', ...names],
    restore: () => ['install', '--ignore-scripts', '--prefer-offline', '--no-frozen-lockfile'],
  },
  yarn: {
    name: 'yarn',
    add: (specs) => ['add', '--ignore-scripts', '--non-interactive', ...specs],
    remove: (names) => ['remove', '--ignore-scripts', '--non-interactive', ...names],
    restore: () => ['install', '--ignore-scripts', '--non-interactive'],
  },
  /** Yarn from version 2 on. */
  berry: {
    name: 'yarn',
    add: (specs) => ['add', '--mode=skip-build', ...specs],
    remove: (names) => ['remove', '--mode=skip-build', ...names],
    restore: () => ['install', '--mode=skip-build', '--no-immutable'],
  },
  bun: {
    name: 'bun',
    add: (specs) => ['add', '--ignore-scripts', ...specs],
    remove: (names) => ['remove', '--ignore-scripts', ...names],
    restore: () => ['install', '--ignore-scripts'],
  },
} as const satisfies Record<string, Manager>;

const lockFiles: readonly (readonly [file: string, manager: keyof typeof managers])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** The folder and those around it, up to the root of its repository; never above the home. */
function foldersUp(from: string): readonly string[] {
  const up = dirname(from);
  const last = existsSync(join(from, '.git')) || from === homedir() || up === from || up === homedir();
  return last ? [from] : [from, ...foldersUp(up)];
}

/** Every file a package manager may change when packages of this folder change. */
export const managedFiles = (from: string): readonly string[] =>
  foldersUp(from).flatMap((folder) =>
    ['package.json', ...lockFiles.map(([file]) => file)].map((one) => join(folder, one)),
  );

/** The project's own package manager: the one its `package.json` names, else that of its lock file. Default: npm. */
export async function managerOf(from: string): Promise<Manager> {
  for (const folder of foldersUp(from)) {
    const named = await namedIn(folder);
    const [, name = '', major = '1'] = /^(npm|pnpm|yarn|bun)@(\d+)/.exec(named ?? '') ?? [];
    const found = name || lockFiles.find(([file]) => existsSync(join(folder, file)))?.[1];
    if (found === 'yarn' && (Number(major) > 1 || existsSync(join(folder, '.yarnrc.yml')))) return managers.berry;
    if (found) return managers[found as keyof typeof managers];
  }
  return managers.npm;
}

async function namedIn(folder: string): Promise<string | undefined> {
  try {
    const { packageManager } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      packageManager?: unknown;
    };
    return typeof packageManager === 'string' ? packageManager : undefined;
  } catch {
    return undefined;
  }
}
