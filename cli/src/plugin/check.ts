import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parseManifest } from '@rustic-ai/kernel/compose';
import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';
import type { Checks } from '../checks.js';
import { cliError } from '../errors.js';
import { demandFresh, isBundle } from './bundle.js';
import { conformanceOf } from './conformance.js';
import { exportsOf } from './exports.js';
import type { PluginFolder } from './folder.js';
import { importAlone } from './imported.js';
import { pluginIdOf, pluginKinds } from './names.js';
import { typesOf } from './types.js';

const kernel = '@rustic-ai/kernel';
const installs = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
/** Options whose value nobody should write down. */
const secretive =
  /(?:^|_)(?:key|token|secret|password|passphrase|credential)s?$|(?:Key|Token|Secret|Password|Credential)s?$/;

const fails = (what: string, fix: string) => cliError('RUSTIC_PLUGIN_CHECK', { what, fix });

/** Looks at everything a plugin promises to those who add it; goes on after a failure. */
export async function checkPlugin(
  plugin: PluginFolder,
  { check, leaveOut }: Checks,
  kernelVersion: string,
): Promise<void> {
  const { root, json } = plugin;
  await check(
    'package',
    () => demandPackage(json),
    (name) => name,
  );
  await check('peers', () => demandPeers(json, kernelVersion), String);
  await check('install', () => demandNoScripts(json), String);
  const manifest = await check(
    'manifest',
    () => manifestOf(plugin),
    ({ id }) => id,
  );
  if (manifest) {
    await check('name', () => demandName(json.name ?? '', manifest.id), String);
    await check('options', () => demandOptions(manifest.config), String);
    await check('effects', () => demandEffects(manifest), String);
  } else for (const name of ['name', 'options', 'effects']) leaveOut(name);
  await check('readme', () => demandReadme(root), String);
  await check('import', () => demandQuietImport(plugin), String);
  await check('exports', () => exportsOf(root), String);
  await check('types', () => typesOf(root), String);
  if (!(await isBundle(plugin))) return void (await check('conformance', () => conformanceOf(root, manifest), String));
  const bundle = await check(
    'skills',
    () => demandFresh(plugin),
    ({ skills }) => `dist is what ${skills.length} of them make of it`,
  );
  if (!bundle) return leaveOut('conformance');
  const { skillsHold } = await import('./skills-hold.js');
  await check('conformance', () => skillsHold(root, bundle), String);
}

function demandPackage({
  name,
  version,
  type,
  license,
  keywords,
  files,
  exports,
  engines,
}: PluginFolder['json']): string {
  const demand = (holds: unknown, what: string, fix: string) => {
    if (!holds) throw fails(what, fix);
  };
  demand(name && version, 'it has no name or no version', 'Give it both in package.json.');
  demand(type === 'module', '"type" is not "module"', 'Write "type": "module" in package.json.');
  demand(license, 'it names no licence', 'Write "license": "MIT", or another, in package.json.');
  demand(
    keywords?.includes('rustic-ai-plugin'),
    'nobody finds it by its keyword',
    'Add "rustic-ai-plugin" to "keywords".',
  );
  demand(
    files?.some((file) => /^\.?\/?dist\/?$/.test(file)),
    '"files" does not name dist',
    'Write "files": ["dist"].',
  );
  demand(engines?.['node'], 'it does not say which Node it needs', 'Write "engines": { "node": ">=22.19" }.');
  const main = (exports as Readonly<Record<string, unknown>> | undefined)?.['.'];
  const entry = typeof main === 'string' ? main : (main as { readonly default?: string } | undefined)?.default;
  demand(
    entry?.startsWith('./dist/'),
    'exports["."] is no file below ./dist/',
    'Write "exports": { ".": "./dist/index.js" }.',
  );
  return `${name}@${version}`;
}

function demandPeers(
  { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: PluginFolder['json'],
  version: string,
): string {
  const range = peerDependencies[kernel];
  if (Object.hasOwn(dependencies, kernel))
    throw fails(`${kernel} is a dependency`, 'Move it to "peerDependencies": a composition has one.');
  if (range === undefined)
    throw fails(`${kernel} is no peer`, `Write "peerDependencies": { "${kernel}": ">=${version} <1" }.`);
  if (validRange(range) === null || !satisfies(version, range, { includePrerelease: true }))
    throw fails(`${range} does not fit ${kernel} ${version}`, `Widen the range of ${kernel} in "peerDependencies".`);
  const others = Object.keys(peerDependencies).filter(
    (name) => name !== kernel && !peerDependenciesMeta[name]?.optional,
  );
  if (others.length > 0)
    throw fails(`${others.join(', ')} must be installed beside it`, 'Make it a dependency, or an optional peer.');
  return `${kernel} ${range}`;
}

function demandNoScripts({ scripts = {} }: PluginFolder['json']): string {
  const found = installs.filter((name) => Object.hasOwn(scripts, name));
  if (found.length > 0)
    throw fails(
      `it runs ${found.join(', ')} when it is installed`,
      'Ship what is built; nothing of a plugin runs before it is trusted.',
    );
  return 'nothing runs';
}

/** The manifest in package.json, once it is what the code says. */
async function manifestOf({ root, json }: PluginFolder) {
  const file = join(root, 'dist/manifest.js');
  const build = 'Build it: npm run build';
  if (!existsSync(file)) throw fails('there is no dist/manifest.js', build);
  const manifest = parseManifest(json.rustic?.manifest, json.name ?? 'package.json');
  const { value } = await importAlone(pathToFileURL(file), root).catch((error: unknown) => {
    throw fails(`dist/manifest.js can not be imported: ${(error as Error).message}`, build);
  });
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(manifest)), value))
    throw fails(
      'package.json#rustic is not what dist/manifest.js says',
      `${build}; it writes the manifest into package.json.`,
    );
  return manifest;
}
type CheckedManifest = Awaited<ReturnType<typeof manifestOf>>;

/** Source: the naming rule of plugins in docs/architecture.md. */
function demandName(name: string, id: string): string {
  const expected = pluginIdOf(name);
  const rename = `Name it rustic-plugin-KIND-NAME; KIND is one of ${pluginKinds.join(', ')}.`;
  if (expected === undefined) throw fails(`"${name}" is no name of a plugin`, rename);
  if (!pluginKinds.some((kind) => expected.replace(/^@[^/]+\//, '').startsWith(`${kind}-`)))
    throw fails(`"${name}" names no kind`, rename);
  if (expected !== id)
    throw fails(`its id is "${id}", and its package says "${expected}"`, `Write id: '${expected}' in src/manifest.ts.`);
  return id;
}

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
}
function demandOptions(config: unknown): string {
  const properties = Object.entries((config as Schema | undefined)?.properties ?? {});
  for (const [name, schema] of properties) {
    if (!schema.description)
      throw fails(`the option "${name}" has no description`, 'Say what it is, its unit, its range and its default.');
    const refers = (one: Schema): boolean =>
      Object.keys(one.properties ?? {}).some((key) => key.startsWith('$')) || (one.anyOf ?? []).some(refers);
    if (secretive.test(name) && !refers(schema))
      throw fails(
        `the option "${name}" takes a secret as text`,
        'Take a reference such as { "$env": "NAME" }: secretOption of @rustic-ai/kernel/contracts is its schema.',
      );
  }
  return properties.length === 0 ? 'none' : `${properties.length} described`;
}

function demandEffects({ contributes = {} }: CheckedManifest): string {
  const tools = Object.entries((contributes as Readonly<Record<string, object>>)['tool'] ?? {}) as [
    string,
    { effects?: object; input?: Schema },
  ][];
  for (const [name, { effects, input }] of tools) {
    if (!effects)
      throw fails(`the tool "${name}" declares no effects`, 'Add effects: { kind, idempotent, openWorld } to it.');
    const silent = Object.entries(input?.properties ?? {}).find(([, { description }]) => !description);
    if (silent)
      throw fails(`"${silent[0]}" of the tool "${name}" has no description`, 'Say what a model shall give there.');
  }
  return tools.length === 0 ? 'it has no tools' : `${tools.length} declared`;
}

function demandReadme(root: string): string {
  if (!existsSync(join(root, 'README.md')))
    throw fails('it has no README.md', 'Write one, then run: rustic plugin docs');
  return 'it is there';
}

/** Importing a plugin happens before anybody asked it for something: it must do nothing, and load little. */
async function demandQuietImport({ root, json }: PluginFolder): Promise<string> {
  const file = join(root, 'dist/index.js');
  if (!existsSync(file)) throw fails('there is no dist/index.js', 'Build it: npm run build');
  const { loaded, globals, open, said } = await importAlone(pathToFileURL(file), root).catch((error: unknown) => {
    throw fails(
      `dist/index.js can not be imported: ${(error as Error).message}`,
      'Build it again, and repair what it says.',
    );
  });
  const later = 'Do it in setup, or import it where it is first used.';
  if (said.trim()) throw fails(`importing it writes: ${said.trim().split('\n')[0]}`, later);
  if (globals.length > 0) throw fails(`importing it sets ${globals.join(', ')} for everybody`, later);
  if (open.length > 0) throw fails(`importing it leaves open: ${open.join(', ')}`, later);
  const foreign = loaded.filter((path) => !path.startsWith(join(root, 'dist')));
  const vendor = foreign.map(packageOf).find((name) => name !== kernel);
  if (vendor) throw fails(`importing it loads ${vendor}`, later);
  const peer = Object.hasOwn(json.peerDependencies ?? {}, kernel) && foreign.length > 0 ? ', and the kernel' : '';
  return `${loaded.length - foreign.length} files of its own${peer}`;
}
const packageOf = (path: string): string =>
  /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1] ??
  (/[\\/]kernel[\\/]dist[\\/]/.test(path) ? kernel : path);
