import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, normalize, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const left = new Set(['node_modules', 'dist', 'demo', 'coverage', '.git', '.turbo']);
/** Every file of the repository that is kept, relative to its root, sorted. */
export const files: readonly string[] = walk('');
function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !left.has(entry.name) || (entry.name === 'demo' && folder !== ''))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
    })
    .toSorted();
}

export interface PackageJson {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}
/** The packages of the workspace, by folder. */
export const packages: readonly { readonly folder: string; readonly json: PackageJson }[] = files
  .filter((file) => file.endsWith('/package.json') && !/^docs\/examples\/|\/fixtures\//.test(file))
  .map((file) => ({ folder: dirname(file), json: JSON.parse(read(file)) as PackageJson }))
  // One without a name is no package: it only says how Node reads the files beside it.
  .filter(({ json }) => json.name !== undefined);
export const plugins = packages.filter(({ folder }) => /^plugins\/|^plugin-template(\/|$)/.test(folder));
export const published = packages.filter(({ json }) => !json.private);

/** The TypeScript of every src folder. */
export const sources: readonly string[] = files.filter((file) => /(^|\/)src\/.*\.ts$/.test(file));

/** What is left of a file at run time: types erased, and comments blanked. */
export const running = (file: string): string => stripTypeScriptTypes(blank(read(file)));
/** Comments become spaces, so that line numbers stay. Prettier puts strings on one line, so none holds a comment's end. */
const blank = (text: string) =>
  text.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/)|\/\*[^]*?\*\/|\/\/[^\n]*/g,
    (all, kept?: string) => (kept === undefined ? all.replace(/[^\n]/g, ' ') : all),
  );

export interface Import {
  /** As written; a relative one as the path of its file. */
  readonly to: string;
  /** Gone once types are erased. */
  readonly typeOnly: boolean;
}
const importing =
  /^(?:import|export)\b[^;'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^declare module '([^']+)'/gm;
export function importsOf(file: string): readonly Import[] {
  const found = (text: string) =>
    [...text.matchAll(importing)].map(([, ...groups]) => {
      const to = groups.find((group) => group !== undefined) ?? '';
      return to.startsWith('.') ? normalize(join(dirname(file), to)).replace(/\.js$/, '.ts') : to;
    });
  const atRunTime = new Set(found(running(file)));
  return [...new Set(found(blank(read(file))))].map((to) => ({ to, typeOnly: !atRunTime.has(to) }));
}
