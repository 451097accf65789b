import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const licence = /^(licen[cs]e|copying|notice)/i;

/** The folder of the package a bundled file belongs to; undefined for files of this repository. */
function packageOf(file) {
  const [, root, name] = /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(resolve(file).replaceAll('\\', '/')) ?? [];
  return name && join(root, name);
}

/** What is inside a bundle: name, version and licence of every package, with the texts it asks to be kept. */
export function thirdPartyText(files) {
  const folders = [...new Set(files.map(packageOf))].filter((folder) => folder !== undefined);
  const entries = folders.map((folder) => {
    const {
      name,
      version,
      license = 'no licence stated',
    } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => licence.test(file))
      .toSorted()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return { name, text: [`${name}@${version} (${license})`, ...texts].join('\n\n') };
  });
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ text }) => text)
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** An esbuild plugin: writes `dist/THIRD-PARTY.txt`, unless nothing of others is inside. */
export const thirdParty = () => ({
  name: 'third-party',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const used = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
      );
      const text = thirdPartyText(used);
      if (!text) return;
      if (!existsSync('dist')) mkdirSync('dist');
      writeFileSync('dist/THIRD-PARTY.txt', `${text}\n`);
    });
  },
});
