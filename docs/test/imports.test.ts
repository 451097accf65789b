import { describe, expect, it } from 'vitest';
import { type Import, importsOf, packages, plugins, sources } from './repository.js';

const found = (files: readonly string[], wrong: (at: Import, file: string) => boolean) =>
  files.flatMap((file) => importsOf(file).flatMap((at) => (wrong(at, file) ? [`${file} -> ${at.to}`] : [])));
const below = (folder: string) => sources.filter((file) => file.startsWith(`${folder}/src/`));
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
const isOutside = ({ to }: Import) => !to.endsWith('.ts');
const names = ({ dependencies, devDependencies, peerDependencies }: Readonly<Record<string, unknown>>) =>
  Object.keys({ ...(dependencies as object), ...(devDependencies as object), ...(peerDependencies as object) });

/** The one plugin that stands on another: what both speak is one protocol. */
const buildsOn: Readonly<Record<string, string>> = {
  '@rustic-ai/plugin-provider-grok': '@rustic-ai/plugin-provider-openai',
};

describe('imports', () => {
  it('are found at all', () => {
    const imports = importsOf('kernel/src/kernel.ts');
    expect(imports).toContainEqual({ to: 'kernel/src/errors.ts', typeOnly: false });
    expect(imports).toContainEqual({ to: 'kernel/src/host.ts', typeOnly: true });
    expect(importsOf('kernel/src/validate.ts')).toContainEqual({ to: 'typebox/compile', typeOnly: false });
  });

  it('never lead from the kernel to what stands above it', () => {
    const allowed = names(packages.find(({ folder }) => folder === 'kernel')?.json ?? { name: '' });
    expect(
      found(
        below('kernel'),
        (at) => isOutside(at) && !at.to.startsWith('node:') && !allowed.includes(packageOf(at.to)),
      ),
    ).toEqual([]);
  });

  it('never lead from the kernel to its contracts or test kit at run time', () => {
    const core = below('kernel').filter((file) => !/^kernel\/src\/(contracts|testing)\//.test(file));
    expect(found(core, ({ to, typeOnly }) => !typeOnly && to.startsWith('kernel/src/contracts/'))).toEqual([]);
    expect(found(core, ({ to }) => to.startsWith('kernel/src/testing/'))).toEqual([]);
    const contracts = below('kernel').filter((file) => file.startsWith('kernel/src/contracts/'));
    expect(found(contracts, ({ to }) => to.startsWith('kernel/src/testing/'))).toEqual([]);
  });

  it.each(plugins)('of $folder are the kernel, Node and its own dependencies', ({ folder, json }) => {
    const own = buildsOn[json.name];
    const allowed = names(json).filter((name) => !name.startsWith('@rustic-ai/plugin-') || name === own);
    const wrong = (at: Import) =>
      isOutside(at)
        ? !at.to.startsWith('node:') && !allowed.includes(packageOf(at.to))
        : !at.to.startsWith(`${folder}/src/`);
    expect(found(below(folder), wrong)).toEqual([]);
    expect(found(below(folder), ({ to }) => /^@rustic-ai\/kernel\/(testing|node)$/.test(to))).toEqual([]);
    const schema = below(folder).filter((file) => !file.endsWith('/manifest.ts'));
    expect(found(schema, ({ to, typeOnly }) => !typeOnly && to === '@rustic-ai/kernel/schema')).toEqual([]);
  });

  it('never lead to the command line', () => {
    const others = sources.filter((file) => !file.startsWith('cli/'));
    expect(found(others, ({ to }) => packageOf(to) === 'rustic-ai' || to.startsWith('cli/'))).toEqual([]);
  });

  it('stay inside their package unless they name one', () => {
    const wrong = ({ to }: Import, file: string) =>
      to.endsWith('.ts') && !to.startsWith(file.slice(0, file.indexOf('src/')));
    expect(found(sources, wrong)).toEqual([]);
  });

  it('make no circle at run time', () => {
    const next = new Map(
      sources.map((file) => [
        file,
        importsOf(file)
          .filter(({ typeOnly }) => !typeOnly)
          .map(({ to }) => to),
      ]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const to of next.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of sources) visit(file, []);
    expect(circles).toEqual([]);
  });
});

/** The kernel's files; each imports from earlier rows only, types included. */
const layers: readonly (readonly string[])[] = [
  ['errors'],
  ['capability', 'deadlines', 'digest', 'graph', 'host', 'scope', 'validate'],
  ['manifest', 'node', 'permissions/types', 'records/boot', 'records/outbox'],
  [
    'firing',
    'loader',
    'registry',
    'schema',
    'permissions/match/protected',
    'permissions/match/shelf',
    'permissions/match/shell/words',
  ],
  [
    'permissions/match/hosts',
    'permissions/match/names',
    'permissions/match/shell/inside',
    'permissions/match/shell/unread',
  ],
  ['permissions/match/globs', 'permissions/match/shell/risks'],
  ['permissions/match/paths', 'permissions/match/shell/reading'],
  ['permissions/match/shell/patterns'],
  ['permissions/match/commands'],
  ['hooks', 'permissions/match/pattern'],
  ['permissions/match/granted'],
  ['permissions/match/rules'],
  ['records/audit', 'records/grants', 'records/trace'],
  ['call', 'lock', 'permissions/gate'],
  ['activation', 'operation', 'compose/consent', 'compose/manifest', 'compose/options', 'compose/rename'],
  ['compose/in-code', 'compose/packages'],
  ['kernel', 'compose/lock'],
  ['index', 'compose/index'],
];

describe('kernel layers', () => {
  const core = below('kernel').filter((file) => !/^kernel\/src\/(contracts|testing)\//.test(file));
  const nameOf = (file: string) => file.slice('kernel/src/'.length, -'.ts'.length);
  const layerOf = (file: string) => layers.findIndex((layer) => layer.includes(nameOf(file)));
  const folderOf = (file: string) => file.slice(0, file.lastIndexOf('/'));

  it('know every file, and no other', () => {
    expect(core.map(nameOf).toSorted()).toEqual(layers.flat().toSorted());
  });

  it('import from lower ones only', () => {
    // Within permissions, parts of one idea may name the types of each other.
    const shared = (from: string, to: string) => folderOf(from) === folderOf(to) && from.includes('/permissions/');
    const wrong = ({ to, typeOnly }: Import, file: string) =>
      core.includes(to) && layerOf(to) >= layerOf(file) && !(typeOnly && shared(file, to));
    expect(found(core, wrong)).toEqual([]);
  });
});
