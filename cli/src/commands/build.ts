import { join, relative, resolve } from 'node:path';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { type Built, buildProduct } from '../building/build.js';
import type { BuildRequest, Format, Target } from '../building/request.js';
import { packageJsonIn } from '../composing/package-json.js';
import { differingFile } from '../content.js';
import { cliError, kernelError } from '../errors.js';
import { sizeText } from '../size.js';
import { kernelVersion } from '../peers.js';
import { openPlace, own, type Place, type PlaceOptions } from '../project.js';

export interface BuildOptions extends PlaceOptions {
  readonly target: Target;
  readonly format: Format;
  readonly name?: string;
  readonly out?: string;
  readonly minify?: boolean;
  readonly settings: 'user' | 'locked';
  readonly open?: boolean;
  readonly analyze?: boolean;
  readonly json?: boolean;
}
interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
}

/**
 * Builds a product from the composition of a folder: its plugins, and no others.
 *
 * Throws: `RUSTIC_BUILD_*`, `RUSTIC_LOCK_*`, `RUSTIC_PLUGIN_CHANGED`.
 */
export async function build(options: BuildOptions): Promise<number> {
  const place = await openPlace(options);
  if (!place.file) throw cliError('RUSTIC_CONFIG_MISSING', { file: join(place.folder, 'rustic.json') });
  const request = await requestOf(place, options);
  const built = await buildProduct(request, options.analyze ?? false);
  process.stdout.write(
    options.json ? `${JSON.stringify(factsOf(request, built))}\n` : describe(request, built, options),
  );
  return 0;
}

async function requestOf(place: Place, options: BuildOptions): Promise<BuildRequest> {
  const { target, format, settings, minify = false, open = false } = options;
  if (target === 'library' && open)
    throw cliError('RUSTIC_USAGE', { reason: 'A library has nobody who adds plugins.', hint: 'Leave --open out.' });
  if (target === 'library' && format === 'executable')
    throw cliError('RUSTIC_USAGE', {
      reason: 'A library can not be an executable.',
      hint: 'Build it with --format folder or --format file.',
    });
  const json = (await packageJsonIn(place.from, ['name', 'version', 'description'])) as PackageJson;
  const { name: packageName = 'app', version = '0.0.0', description = '' } = json;
  const name = options.name ?? packageName.replace(/^@[^/]+\//, '');
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw cliError('RUSTIC_BUILD_NAME', { name });
  const lock = await place.lock();
  for (const plugin of lock.plugins) {
    const file = await differingFile(plugin, place);
    // Also one that is linked: a product is what its lock says, and nothing else.
    if (file) throw kernelError('RUSTIC_PLUGIN_CHANGED', { package: plugin.package, file });
  }
  const kernel = await kernelVersion(own);
  const out = resolve(place.folder, options.out ?? join('build', name));
  return {
    target,
    format,
    name,
    version,
    description,
    out,
    minify,
    settings,
    open,
    kernel,
    lock,
    from: place.from,
    own,
  };
}

const factsOf = ({ name, version, target, format, out, lock }: BuildRequest, { start, sizes, ...built }: Built) => ({
  name,
  version,
  target,
  format,
  out,
  start: join(out, start),
  composition: lock.digest,
  ...built,
  sizes,
});

function describe(request: BuildRequest, built: Built, { analyze }: BuildOptions): string {
  const { name, version, target, format, out, lock } = request;
  const near = relative('', join(out, built.start));
  const start = near.startsWith('..') ? join(out, built.start) : `./${near}`;
  const use = target === 'library' ? `Use it: import { createApp } from '${start}'` : `Run it: ${start} --help`;
  const lines = [
    `Built ${name} ${version} (${target}, ${format}) from composition ${lock.digest.slice(0, 12)}`,
    `Inside: ${built.inside.join(', ')}; ${sizeText(built.bytes)}`,
    ...built.beside.map(({ name: one, reason }) => `Beside it: ${one}: ${reason}`),
    ...(analyze ? built.sizes.map(({ of, bytes }) => `${sizeText(bytes).padStart(10)}  ${of}`) : []),
    ...(analyze ? [`Picture: ${join(out, 'sizes.svg')}`] : []),
    use,
  ];
  return `${lines.map(visibleLine).join('\n')}\n`;
}
