import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRegistry } from '../../cli/test/compose.js';
import { root, temporaryFolder } from '../../cli/test/project.js';

/** What an author and a user of a plugin install of this repository. */
const workspaces = ['kernel', 'create-rustic-plugin', 'cli'].concat(
  ['agent-loop', 'session-log', 'storage-memory', 'storage-sqlite', 'frontend-terminal', 'provider-scripted']
    .concat(['policy-tools', 'context-skills', 'tool-filesystem', 'tool-shell', 'workspace-local'])
    .map((id) => `plugins/${id}`),
);

/** A package manager, and how it is told where packages come from. */
export const managers = {
  npm: () => ({}),
  pnpm: () => {
    const [bin, store] = [temporaryFolder(), temporaryFolder()];
    const program = join(root, 'node_modules/pnpm/bin/pnpm.cjs');
    writeFileSync(join(bin, 'pnpm'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
    return { PATH: `${bin}:${process.env['PATH']}`, npm_config_store_dir: store, CI: '1' };
  },
} as const satisfies Record<string, () => NodeJS.ProcessEnv>;
export type Manager = keyof typeof managers;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
/** Runs a program to its end, with nobody at a terminal. Shape: what a shell sees. */
export function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const running = promisify(execFile)(program, [...args], { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 25 });
  running.child.stdin?.end();
  return running.then(
    ({ stdout, stderr }): Ended => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended): Ended => ({ code, stdout, stderr }),
  );
}
/** The same, for what has to go well. Throws: with all it printed. */
export async function must(...[program, args, cwd, env]: Parameters<typeof run>): Promise<Ended> {
  const ended = await run(program, args, cwd, env);
  if (ended.code === 0) return ended;
  throw new Error(`${program} ${args.join(' ')} ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
}

/** Runs a program of this repository, which must go well. */
export const node = (cwd: string, program: string, ...args: readonly string[]) =>
  must(process.execPath, [join(root, program), ...args], cwd);

/** A registry of this machine that has the packages of this repository as npm packed them. */
export async function openRegistry() {
  const registry = await createRegistry({ own: false });
  const { within, common } = toolsToPack();
  // What comes last is the latest.
  for (const paths of [within, [...common, ...workspaces]]) {
    const folder = temporaryFolder();
    await must('npm', ['pack', '--pack-destination', folder, ...paths.map((path) => `./${path}`)], root);
    for (const file of readdirSync(folder)) await put(join(folder, file), registry.url);
  }
  return registry;
}
/** As npm would, but for its question whether there is one already: this registry has some that are not packed. */
async function put(tarball: string, url: string) {
  const { stdout } = await must('tar', ['-xOf', tarball, 'package/package.json'], root);
  const json = JSON.parse(stdout) as { name: string; version: string };
  const attached = { [json.name]: { data: readFileSync(tarball).toString('base64') } };
  const body = JSON.stringify({ versions: { [json.version]: json }, _attachments: attached });
  const { ok, status } = await fetch(`${url}/${encodeURIComponent(json.name)}`, { method: 'PUT', body });
  if (!ok) throw new Error(`${json.name} could not be published: ${status}`);
}

interface Locked {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
/**
 * Folders of packages among an author's tools that the registry can't serve by itself: those it would find another version
 * of, which lie within others, and those whose program lies in `src`.
 */
function toolsToPack(): { readonly within: readonly string[]; readonly common: readonly string[] } {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const modules = 'node_modules/';
  const found = new Set<string>();
  /** As Node does: in the package's own node_modules, then in those of the folders around it. */
  const placeOf = (name: string, folder: string): string | undefined => {
    const path = `${folder && `${folder}/`}${modules}${name}`;
    if (packages[path]) return path;
    return folder === '' ? undefined : placeOf(name, folder.slice(0, Math.max(0, folder.lastIndexOf('/'))));
  };
  const visit = (name: string, folder: string) => {
    const path = placeOf(name, folder);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, peerDependencies } = packages[path] ?? {};
    for (const next of Object.keys({ ...dependencies, ...peerDependencies })) visit(next, path);
  };
  for (const name of ['@types/node', 'oxlint', 'tsup', 'typescript', 'vitest']) visit(name, '');
  const within = [...found].filter((path) => path.lastIndexOf(modules) > 0);
  const names = new Set(within.map((path) => path.slice(path.lastIndexOf(modules) + modules.length)));
  const inSource = [...found].filter((path) => !within.includes(path) && existsSync(join(root, path, 'src')));
  const others = [...names].map((name) => modules + name).filter((path) => packages[path]);
  return { within, common: [...new Set([...inSource, ...others])] };
}

/** A folder outside the repository. */
export function openDesk(): string {
  const folder = join(temporaryFolder(), 'desk');
  mkdirSync(folder);
  return folder;
}

/** What somebody wrote or generated into a folder: paths with `/`, sorted; without what tools put there. */
export const treeOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^(?:node_modules|dist|\.git)(?:\/|$)/.test(path) && statSync(join(folder, path)).isFile())
    .toSorted();
export const textsOf = (folder: string): readonly string[] =>
  treeOf(folder).map((path) => `${path}\n${readFileSync(join(folder, path), 'utf8')}`);
