import { resolve } from 'node:path';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { openPlugin } from '../plugin/folder.js';
import { packPlugin } from '../plugin/pack.js';
import { own, type PlaceOptions } from '../project.js';
import { sizeText } from '../size.js';

/** Proves the shape that npm would install, and prints it. Throws: what `packPlugin` throws. */
export async function pack(
  folder: string | undefined,
  options: PlaceOptions & { out?: string; json?: boolean },
): Promise<number> {
  const { cwd = '.', out } = options;
  const plugin = await openPlugin(folder ?? '.', cwd);
  const packed = await packPlugin(plugin, own, out === undefined ? undefined : resolve(cwd, out));
  const { files, bytes, started, tarball } = packed;
  const lines = [
    ...files.map(({ path, size }) => `${sizeText(size).padStart(10)}  ${path}`),
    `${sizeText(bytes).padStart(10)}  in ${files.length} files`,
    started === true
      ? 'It locks and starts where nothing else is.'
      : `It locks and starts only with others: ${started}`,
    ...(out === undefined ? [] : [`Wrote ${tarball}`]),
  ];
  process.stdout.write(options.json ? `${JSON.stringify(packed)}\n` : `${lines.map(visibleLine).join('\n')}\n`);
  return 0;
}
