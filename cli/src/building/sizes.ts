import { join } from 'node:path';
import { hierarchy, treemap } from 'd3-hierarchy';
import type { Metafile } from 'esbuild';
import { sizeText } from '../size.js';
import type { InstalledPlugin } from './request.js';

/** What a part of a bundle takes. Unit: bytes. */
export interface Size {
  readonly of: string;
  readonly bytes: number;
}

/** The sizes of the plugins in a bundle, and of what runs them. The largest first. */
export function sizesOf(
  { meta, bytes: all }: { readonly meta: Metafile; readonly bytes: number },
  plugins: readonly InstalledPlugin[],
  { from, own }: { readonly from: string; readonly own: string },
): readonly Size[] {
  const owners = [
    ...plugins.map(({ locked, root }) => [root, locked.id] as const),
    [own, 'kernel and commands'] as const,
  ];
  const sizes = new Map<string, number>();
  for (const { inputs } of Object.values(meta.outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const path = join(from, file);
      const of = owners.find(([root]) => path.startsWith(root))?.[1] ?? nameOf(path);
      sizes.set(of, (sizes.get(of) ?? 0) + bytesInOutput);
    }
  sizes.set('what joins them', all - [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0));
  return [...sizes]
    .map(([of, bytes]) => ({ of, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes || (a.of < b.of ? -1 : 1));
}
const nameOf = (path: string) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1] ?? 'the composition';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A picture in which each part has an area of its size: SVG. */
export function treemapText(title: string, sizes: readonly Size[]): string {
  const [width, height] = [1_000, 600];
  const root = hierarchy<{ readonly children?: readonly Size[] } | Size>({ children: sizes }, (one) =>
    'children' in one ? [...(one.children ?? [])] : undefined,
  ).sum((one) => ('bytes' in one ? one.bytes : 0));
  const leaves = treemap<{ readonly children?: readonly Size[] } | Size>()
    .size([width, height])
    .padding(2)(root)
    .leaves();
  const boxes = leaves.map(({ data, x0, x1, y0, y1 }, index) => {
    const { of, bytes } = data as Size;
    const label = `${of} ${sizeText(bytes)}`;
    const box = `<rect x="${x0.toFixed(1)}" y="${y0.toFixed(1)}" width="${(x1 - x0).toFixed(1)}" height="${(y1 - y0).toFixed(1)}" fill="hsl(${(index * 47) % 360} 45% 75%)"/>`;
    const fits = x1 - x0 > label.length * 7 && y1 - y0 > 18;
    const text = fits ? `<text x="${(x0 + 5).toFixed(1)}" y="${(y0 + 15).toFixed(1)}">${escaped(label)}</text>` : '';
    return `<g><title>${escaped(label)}</title>${box}${text}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><title>${escaped(title)}</title>${boxes.join('')}</svg>\n`;
}
