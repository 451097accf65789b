import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plugins, read, running, sources } from './repository.js';

/** The names a door exports, types included. */
function exportedNames(file: string): string[] {
  const text = read(file);
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','));
  const own = [...text.matchAll(/^export (?:declare )?(?:async )?(?:const|function|class|interface|type) (\w+)/gm)];
  const renamed = (name: string) =>
    name
      .trim()
      .replace(/^type /, '')
      .replace(/^.* as /, '');
  return [...lists.map(renamed), ...own.map(([, name = '']) => name)].filter(Boolean).toSorted();
}
const doors = {
  '@rustic-ai/kernel': 'kernel/src/index.ts',
  '@rustic-ai/kernel/contracts': 'kernel/src/contracts/index.ts',
  '@rustic-ai/kernel/compose': 'kernel/src/compose/index.ts',
  '@rustic-ai/kernel/testing': 'kernel/src/testing/index.ts',
  '@rustic-ai/kernel/schema': 'kernel/src/schema.ts',
  '@rustic-ai/kernel/node': 'kernel/src/node.ts',
};

/** A bundle has none of its own. */
const hasCode = (folder: string) => sources.some((file) => file.startsWith(`${folder}/src/`));

describe('doors', () => {
  it('export exactly the names that are written down', async () => {
    const lists = Object.entries(doors).map(([door, file]) => [
      door,
      ...exportedNames(file).map((name) => `  ${name}`),
      '',
    ]);
    await expect(lists.flat().join('\n')).toMatchFileSnapshot('doors.txt');
  });

  it.each(Object.entries(doors))('%s gives no other name at run time, and explicit ones', async (door, file) => {
    const given = Object.keys((await import(door)) as object);
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((name) => !exportedNames(file).includes(name))).toEqual([]);
    expect(read(file)).not.toMatch(/^export \*/m);
  });

  it.each(plugins)('$json.name gives its plugin and nothing else', async ({ folder, json }) => {
    // What another plugin is built on.
    const shared = folder === 'plugins/provider-openai' ? ['createOpenAiModels'] : [];
    expect(Object.keys((await import(json.name)) as object).toSorted()).toEqual([...shared, 'default']);
    if (!hasCode(folder)) return;
    const names = exportedNames(`${folder}/src/index.ts`).filter((name) => name !== 'OpenAiModels');
    expect(names).toEqual([...shared, 'default']);
  });

  it('are the only files with a default export, beside plugins and manifests', () => {
    const withDefault = sources.filter((file) =>
      /^export default|\bas default\b|^export \{ default /m.test(running(file)),
    );
    const allowed = ['index.ts', 'manifest.ts', 'plugin.ts'];
    const written = [
      'legacy-google',
      'option-renamed',
      'policy-careful',
      'provider-lines',
      'storage-table',
      'tool-rates',
    ];
    const examples = written.map((name) => `docs/examples/${name}`);
    const folders = [...plugins.map(({ folder }) => folder).filter(hasCode), ...examples];
    const places = folders.flatMap((folder) => allowed.map((name) => `${folder}/src/${name}`));
    expect(withDefault.filter((file) => !places.includes(file))).toEqual([]);
    expect(places.filter((place) => !withDefault.includes(place)).map((file) => basename(file))).toEqual([]);
  });
});

describe('the process', () => {
  const hosts = /^(kernel\/src\/(node|testing\/leaks)\.ts$|cli\/|create-rustic-plugin\/|plugins\/frontend-)/;
  const uses = (pattern: RegExp, files: readonly string[]) =>
    files.flatMap((file) => [...running(file).matchAll(pattern)].map(([found]) => `${file}: ${found}`));

  it('is read by hosts only', () => {
    const others = sources.filter((file) => !hosts.test(file));
    const found = uses(
      /(?<![\w.'"])(?:process|console)\.\w+|(?<=from ')(?:node:)?process(?=')|\bglobalThis\.(?:process|console)\b/g,
      others,
    );
    // A workspace ends the process groups it started, also when the host ends at once.
    const groups = 'plugins/workspace-local/src/group.ts: process.';
    const template = 'plugin-template/kinds/workspace/src/commands.ts: process.kill';
    const known = [...['kill', 'on', 'off'].map((name) => groups + name), template];
    expect(found.filter((use) => !known.includes(use))).toEqual([]);
  });

  it('is written to by streams, never through console', () => {
    expect(uses(/(?<![\w.'"])console\.\w+/g, sources)).toEqual([]);
  });
});
