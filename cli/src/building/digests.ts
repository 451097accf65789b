import type { Metafile } from 'esbuild';
import { digestOfBytes } from '../product/seal.js';
import type { Bundle } from './bundle.js';
import type { InstalledPlugin } from './request.js';

/** By package: the files of a folder that its plugin may load, with their digests. Sorted. */
export function digestsOf(
  { files, meta }: Bundle,
  inside: readonly InstalledPlugin[],
  inputOf: (file: string) => string,
) {
  const digests = new Map(files.map(({ path, contents }) => [path, digestOfBytes(contents)]));
  const starts = new Map(
    Object.entries(meta.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint ? [[inputOf(entryPoint), clean(path)]] : [],
    ),
  );
  const all = inside.map(({ locked, root }) => {
    const start = starts.get(`${root}/${locked.entry}`);
    const reached = start ? [...reachedFrom(start, meta)].toSorted() : [];
    return [locked.package, Object.fromEntries(reached.map((path) => [path, digests.get(path) ?? '']))] as const;
  });
  return Object.fromEntries(all);
}
const clean = (path: string) => path.replace(/^(?:\.\.\/)+|^\//, '');

function reachedFrom(start: string, { outputs }: Metafile): ReadonlySet<string> {
  const byPath = new Map(Object.entries(outputs).map(([path, output]) => [clean(path), output]));
  const reached = new Set([start]);
  for (const path of reached)
    for (const one of byPath.get(path)?.imports ?? []) if (!one.external) reached.add(clean(one.path));
  return reached;
}
