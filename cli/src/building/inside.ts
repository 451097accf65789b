import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { InstalledPlugin } from './request.js';
import { type InstalledPackage, packageAt } from './packages.js';

/** A package whose code is in what was built, with the licence texts it asks to be kept. */
export interface Inside {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

const licence = /^(licen[cs]e|copying|notice)/i;
const line = `\n\n${'-'.repeat(80)}\n\n`;
const heading = /^(\S+)@(\S+) \((.*)\)$/;

/** Every package that is in a bundle or lies beside it, and those that are bundled in one of them. Sorted by name. */
export async function packagesInside(
  { inputs }: Metafile,
  plugins: readonly InstalledPlugin[],
  beside: readonly InstalledPackage[],
  { from, own }: { readonly from: string; readonly own: string },
): Promise<readonly Inside[]> {
  const bundled = Object.keys(inputs).flatMap((file) => packageRoot(join(from, file)) ?? []);
  const roots = [dirname(own), ...plugins.map(({ root }) => root), ...bundled, ...beside.map(({ root }) => root)];
  const all = await Promise.all([...new Set(roots)].map(insideOf));
  const unique = new Map(all.flat().map((one) => [`${one.name}@${one.version}`, one]));
  return [...unique.values()].toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}
const packageRoot = (file: string): string | undefined =>
  /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1];

async function insideOf(root: string): Promise<readonly Inside[]> {
  const { name, version, license } = await packageAt(root);
  const texts = (await readdir(root)).filter((file) => licence.test(file)).toSorted();
  const own = await Promise.all(texts.map((file) => readFile(join(root, file), 'utf8').catch(() => '')));
  const others = await readFile(join(root, 'dist/THIRD-PARTY.txt'), 'utf8').catch(() => '');
  const text = own
    .map((one) => one.trim())
    .filter(Boolean)
    .join('\n\n');
  return [{ name, version, license, text }, ...others.split(line).flatMap(parsed)];
}
/** One part of a `THIRD-PARTY.txt`. */
function parsed(part: string): readonly Inside[] {
  const [first = '', ...rest] = part.trim().split('\n');
  const [, name, version, license] = heading.exec(first) ?? [];
  return name && version && license ? [{ name, version, license, text: rest.join('\n').trim() }] : [];
}

export const thirdPartyText = (inside: readonly Inside[]): string =>
  `${inside
    .map(({ name, version, license, text }) =>
      [`${name}@${version} (${license})`, ...(text ? [text] : [])].join('\n\n'),
    )
    .join(line)}\n`;

/** By this property a bill of materials says that it is of a build of ours. */
export const compositionProperty = 'rustic:composition';

/** Shape: CycloneDX 1.6. Source: cyclonedx.org/docs/1.6/json. No time and no serial number: the same lock gives the same bytes. */
export function bomText(
  product: { readonly name: string; readonly version: string; readonly lock: { readonly digest: string } },
  inside: readonly Inside[],
): string {
  const components = inside.map(({ name, version, license }) => {
    const [group, plain] = name.startsWith('@') ? name.split('/') : [undefined, name];
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    const licenses = /^[A-Za-z0-9.+-]+$/.test(license)
      ? [{ license: { id: license } }]
      : /^[\w .+()-]+$/.test(license) && / (?:OR|AND|WITH) /.test(license)
        ? [{ expression: license }]
        : [{ license: { name: license } }];
    return { type: 'library', 'bom-ref': purl, ...(group && { group }), name: plain, version, licenses, purl };
  });
  const { name, version, lock } = product;
  const properties = [{ name: compositionProperty, value: lock.digest }];
  const metadata = { component: { type: 'application', 'bom-ref': name, name, version, properties } };
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata, components }, null, 2)}\n`;
}
