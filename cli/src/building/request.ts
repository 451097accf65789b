import type { Lock, LockedPlugin } from '@rustic-ai/kernel';

export type Target = 'cli' | 'library';
export type Format = 'folder' | 'file' | 'executable';

/** What is to be built. */
export interface BuildRequest {
  readonly target: Target;
  readonly format: Format;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Absolute; there is nothing at it yet, or a build of before. */
  readonly out: string;
  readonly minify: boolean;
  readonly settings: 'user' | 'locked';
  /** Its users may add plugins of their own. */
  readonly open: boolean;
  /** Version of the kernel inside, which the plugins of its users have to fit. */
  readonly kernel: string;
  readonly lock: Lock;
  /** Folder the lock's packages are looked up from. */
  readonly from: string;
  /** Folder of this program's own code. */
  readonly own: string;
}
/** Of a product that is one script, with what starts it before: it is compiled once. A single file holds only itself. */
export type ScriptRequest = BuildRequest & { readonly format: 'folder' | 'executable' };
export const isScript = (request: BuildRequest): request is ScriptRequest =>
  request.target === 'cli' && request.format !== 'file';

/** A plugin as it is installed. */
export interface InstalledPlugin {
  readonly locked: LockedPlugin;
  /** The real path of its folder. */
  readonly root: string;
  /** Why it stays a package beside the bundle. Undefined: it goes inside. */
  readonly beside?: string | undefined;
}
/** A file of what is built. `path` is relative to `out`. */
export interface BuiltFile {
  readonly path: string;
  readonly contents: Uint8Array | string;
  readonly executable?: boolean;
}
