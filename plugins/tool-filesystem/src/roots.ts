import type { Host, Workspace, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Whether `path` is `folder` or lies below it. Both are real. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The workspace and the folders that the composition puts beside it, each contained by itself. */
export interface Roots {
  readonly root: string;
  /** Added to accesses of another machine. */
  readonly target: { readonly target?: string };
  /** The absolute real path. `link`: the last part is kept as it is. */
  real(path: string, options?: { readonly link: boolean }): Promise<string>;
  /** The files among which a path lies; those of the workspace, which refuse it, when it lies in no root. */
  filesOf(path: string): Promise<WorkspaceFiles>;
}
/** `beside`: as the option says them, `/data/**`; the folder without the end. */
export function createRoots(parts: { workspace: Workspace; host: Host; beside: readonly string[] }): Roots {
  const { workspace, host } = parts;
  const folders = parts.beside.map((pattern) =>
    pattern.replace(/\/\*\*$/, '').replace(/^~(?=\/|$)/, () => host.folders.home),
  );
  let opened: Promise<readonly WorkspaceFiles[]> | undefined;
  const open = async (folder: string) => fromRoot(await workspace.beside(folder), workspace.root);
  const all = () => (opened ??= Promise.all(folders.map(open)));
  return {
    root: workspace.root,
    target: workspace.target === 'local' ? {} : { target: workspace.target },
    async real(path, { link } = { link: false }) {
      const name = basename(path);
      if (!link || /^\.{0,2}$/.test(name)) return workspace.realpath(path);
      return join(await workspace.realpath(dirname(path)), name);
    },
    async filesOf(path) {
      if (folders.length === 0) return workspace.files;
      const real = await workspace.realpath(isAbsolute(path) ? path : join(workspace.root, path));
      if (isInside(workspace.root, real)) return workspace.files;
      const among = await all().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return among.find(({ root }) => isInside(root, real)) ?? workspace.files;
    },
  };
}

/** Files whose relative paths start at the workspace, wherever they lie. */
function fromRoot(files: WorkspaceFiles, start: string): WorkspaceFiles {
  const at = (path: string) => resolve(start, path);
  return {
    root: files.root,
    read: (path, range) => files.read(at(path), range),
    write: (path, data, mode) => files.write(at(path), data, mode),
    info: (path) => files.info(at(path)),
    list: (path) => files.list(at(path)),
    remove: (path, options) => files.remove(at(path), options),
    move: (from, to) => files.move(at(from), at(to)),
    makeDirectory: (path) => files.makeDirectory(at(path)),
    copy: (from, to, mode) => files.copy(at(from), at(to), mode),
    setPermissions: (path, permissions) => files.setPermissions(at(path), permissions),
    makeLink: (path, target) => files.makeLink(at(path), target),
    walk: (path, visit, signal) => files.walk(at(path), visit, signal),
    watch: (path, signal) => files.watch(at(path), signal),
  };
}
