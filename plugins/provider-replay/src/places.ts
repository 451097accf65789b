import type { Change } from './texts.js';

/** Folders of a machine are no part of a recording: they have names in it, and are put back when it is played. */
export function createPlaces(folders: { readonly cwd: string; readonly home: string }): {
  readonly hide: Change;
  readonly show: Change;
} {
  // The longer one first: one may stand inside the other.
  const named = (
    [
      ['<<cwd>>', folders.cwd],
      ['<<home>>', folders.home],
    ] as const
  )
    .filter(([, folder]) => folder.length > 1)
    .toSorted(([, a], [, b]) => b.length - a.length);
  return {
    hide: (text) => named.reduce((changed, [name, folder]) => changed.replaceAll(folder, name), text),
    show: (text) => named.reduce((changed, [name, folder]) => changed.replaceAll(name, folder), text),
  };
}
