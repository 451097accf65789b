import type { VisitedFolder, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import type { Ignore } from 'ignore';

/** Files that say what searches leave out. The later ones win. Source: ripgrep's user guide. */
const ignoreFiles = ['.gitignore', '.ignore', '.rgignore'];
/** More of it is not looked at. Unit: bytes. */
const maxBytes = 1024 * 1024;

/** The rules of one folder, and those above it. */
export interface Ignores {
  /** Whether `path`, from where the walk began, is left out. A folder ends with `/`. */
  covers(path: string): boolean;
}
export const nothingIgnored: Ignores = { covers: () => false };

/** The rules in a folder, which come before those above. `path`: from where the walk began. */
export async function ignoresIn(folder: Omit<VisitedFolder, 'readAll'>, above: Ignores): Promise<Ignores> {
  const names = ignoreFiles.filter((name) => folder.entries.some((entry) => entry.name === name));
  if (names.length === 0) return above;
  const texts: string[] = [];
  for (const name of names) texts.push(textOf(await folder.read(name, maxBytes)));
  return rulesOf(texts, (path) => (folder.path ? path.slice(folder.path.length + 1) : path), above);
}

/** The rules of the folders above the one where the walk begins, down from the root. */
export async function ignoresAbove(files: WorkspaceFiles, names: readonly string[]): Promise<Ignores> {
  let ignores = nothingIgnored;
  for (let depth = 0; depth <= names.length; depth++) {
    const folder = [files.root, ...names.slice(0, depth)].join('/');
    const below = names
      .slice(depth)
      .map((name) => `${name}/`)
      .join('');
    const wanted = depth < names.length ? ['.git/info/exclude', ...ignoreFiles] : ['.git/info/exclude'];
    const texts: string[] = [];
    for (const name of wanted)
      texts.push(await files.read(`${folder}/${name}`, { offset: 0, length: maxBytes }).then(textOf, () => ''));
    if (texts.some((text) => text !== '')) ignores = await rulesOf(texts, (path) => below + path, ignores);
  }
  return ignores;
}

async function rulesOf(texts: readonly string[], from: (path: string) => string, above: Ignores): Promise<Ignores> {
  const { default: createIgnore } = await import('ignore');
  const rules: Ignore = createIgnore({ allowRelativePaths: true });
  for (const text of texts) rules.add(text);
  return {
    covers(path) {
      const { ignored, unignored } = rules.test(from(path));
      return ignored || (!unignored && above.covers(path));
    },
  };
}
const textOf = (content: Uint8Array | string | undefined): string =>
  typeof content === 'object' ? new TextDecoder().decode(content) : '';
