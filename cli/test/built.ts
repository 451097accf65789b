import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { follow, type Project, type Ran, temporaryFolder } from './project.js';

export type Format = 'folder' | 'file' | 'executable';

/** What it starts with, and how: relative to where it was built. */
const starts: Readonly<Record<Format, (name: string) => readonly [string, ...string[]]>> = {
  folder: (name) => [process.execPath, `${name}.mjs`],
  file: (name) => [process.execPath, `${name}.mjs`],
  executable: (name) => [name],
};

/** A program that was built, moved to where nothing else is: an empty folder, a home of its own, no `node_modules`. */
export interface Product {
  /** Where the program lies. */
  readonly at: string;
  /** Where it is run. */
  readonly folder: string;
  readonly home: string;
  run(...args: string[]): Promise<Ran>;
  /** The same with something on standard input. */
  piped(stdin: string, ...args: string[]): Promise<Ran>;
  write(path: string, content: unknown): void;
}

/** Builds what a project composes, and moves it away. Throws: when the build fails. */
export async function buildProduct(project: Project, format: Format, ...args: string[]): Promise<Product> {
  const { code, stderr } = await project.rustic('build', '--name', 'shop', '--format', format, ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return placed(join(project.folder, 'build/shop'), format, 'shop', project.env);
}

/** A built program in a place of its own. */
export function placed(built: string, format: Format, name: string, env: NodeJS.ProcessEnv): Product {
  const base = temporaryFolder();
  const [at, folder, home] = ['program', 'empty', 'home'].map((part) => join(base, part)) as [string, string, string];
  cpSync(built, at, { recursive: true });
  mkdirSync(folder);
  mkdirSync(home);
  const variable = `${name.toUpperCase()}_HOME`;
  const own = { PATH: env['PATH'], HOME: home, TERM: 'dumb', [variable]: join(home, 'own') };
  const piped = (stdin: string, ...args: readonly string[]) => {
    const [first, ...rest] = starts[format](name);
    const command = format === 'executable' ? [join(at, first)] : [first, ...rest.map((part) => join(at, part))];
    const child = spawn(command[0] ?? '', [...command.slice(1), ...args], { cwd: folder, env: own });
    child.stdin.end(stdin);
    return follow(child).ended;
  };
  return {
    at,
    folder,
    home,
    run: (...args) => piped('', ...args),
    piped,
    write: (path, content) =>
      writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content)),
  };
}

/** Every file below a folder with what is in it, by path. */
export function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = found.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file)]));
}

/** The smallest composition that answers. */
export const small = (more: readonly unknown[] = []) => ({
  plugins: [
    ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }],
    '@rustic-ai/plugin-agent-loop',
    '@rustic-ai/plugin-session-log',
    '@rustic-ai/plugin-storage-memory',
    '@rustic-ai/plugin-frontend-terminal',
    ...more,
  ],
});
