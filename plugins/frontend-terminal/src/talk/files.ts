import type { Workspace, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import type { Candidates } from '../editor/complete.js';

/** What may be added to a prompt, from one file. Unit: bytes. */
const largest = 1_000_000;
/** Folders that are looked into, and names that are offered. */
const most = { folders: 3_000, names: 100 };
const patienceMs = 1_000;
const unlisted = new Set(['node_modules', '.git']);
const named = /(?:^|\s)@(\S+)/g;

/** The prompt with the files it names: `@path` stays where it stands, the content follows below. */
export async function withFiles(prompt: string, workspace: (() => Promise<Workspace>) | undefined): Promise<string> {
  const paths = new Set([...prompt.matchAll(named)].map(([, path]) => path as string));
  if (paths.size === 0 || !workspace) return prompt;
  const { files } = await workspace();
  const contents = await Promise.all([...paths].map((path) => contentOf(path, files)));
  return [prompt, ...contents.filter((content) => content !== '')].join('\n\n');
}

/** A word that names no text file is a word. */
async function contentOf(path: string, files: WorkspaceFiles): Promise<string> {
  const info = await files.info(path).catch(() => undefined);
  // A sentence may go on after the name.
  if (!info && /[.,;:!?)]$/.test(path)) return contentOf(path.slice(0, -1), files);
  if (info?.type !== 'file' || info.bytes > largest) return '';
  const data = await files.read(path).catch(() => undefined);
  if (!data || data.includes(0)) return '';
  return `--- ${path} ---\n${new TextDecoder().decode(data).trimEnd()}`;
}

/** What `@…` before the cursor may go on as: names in its folder, else files anywhere below that hold it in their path. */
export async function completeFile(before: string, workspace: Workspace): Promise<Candidates | undefined> {
  const [, word] = /(?:^|\s)(@\S*)$/.exec(before) ?? [];
  if (word === undefined) return undefined;
  const path = word.slice(1);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const start = path.slice(folder.length);
  const here: string[] = [];
  const listing = workspace.files.list(folder === '' ? '.' : folder);
  try {
    for await (const { name, type } of listing) {
      if (!name.startsWith(start) || (name.startsWith('.') && start === '') || unlisted.has(name)) continue;
      here.push(`@${folder}${name}${type === 'directory' ? '/' : ''}`);
      if (here.length >= most.names) break;
    }
  } catch {
    return undefined;
  }
  if (here.length > 0 || start === '') return { word, all: here.filter((name) => !/\s/.test(name)) };
  return { word, all: await anywhere(path, workspace.files) };
}

async function anywhere(part: string, files: WorkspaceFiles): Promise<readonly string[]> {
  const found: string[] = [];
  const wanted = part.toLowerCase();
  let folders = 0;
  await files
    .walk(
      '.',
      ({ path, entries }) => {
        for (const { name, type } of entries) {
          const whole = path === '' ? name : `${path}/${name}`;
          if (type === 'file' && whole.toLowerCase().includes(wanted) && !/\s/.test(whole)) found.push(`@${whole}`);
        }
        if (++folders > most.folders || found.length >= most.names) return 'stop';
        return entries
          .filter(({ name, type }) => type === 'directory' && !name.startsWith('.') && !unlisted.has(name))
          .map(({ name }) => name);
      },
      AbortSignal.timeout(patienceMs),
    )
    .catch(() => {});
  return found.slice(0, most.names);
}
