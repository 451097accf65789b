import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createComposer, createRegistry, pathWithNpm, type Registry } from './compose.js';

let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry();
  const gives = { service: { workspace: { summary: 'Files' } } };
  const code = 'export default { setup: () => ({ service: { workspace: {} } }) };';
  for (const id of ['left', 'right'])
    registry.put({ name: `rustic-plugin-${id}`, manifest: { id, contributes: gives }, code });
  const requires = { workspace: { one: 'workspace' } };
  registry.put({ name: 'rustic-plugin-needs', manifest: { id: 'needs', requires } });
  registry.put({ name: 'rustic-plugin-plain', manifest: { id: 'plain' } });
});
afterAll(() => registry.close());

const kept = ['package.json', 'package-lock.json', 'rustic.json', 'rustic.lock'];
const bytesOf = (folder: string) => kept.map((name) => readFileSync(join(folder, name), 'utf8'));
async function begun(text: string, ...specs: string[]) {
  const project = await createComposer(registry, { 'package.json': '{\n  "name": "mine"\n}\n', 'rustic.json': text });
  for (const spec of specs) expect(await project.rustic('add', spec, '--yes')).toMatchObject({ code: 0 });
  return project;
}

describe('rustic remove', () => {
  it.each([
    ['an empty list', '{ "plugins": [] }\n'],
    ['one line', '{ "plugins": ["rustic-plugin-left"] }\n'],
    ['lines', '{\n\t"plugins": [\n\t\t"rustic-plugin-left" /* a */ // b\n\t]\n}\n'],
    ['a comma at the end', '{\r\n  "plugins": [\r\n    "rustic-plugin-left", // a\r\n    // nothing\r\n  ],\r\n}\r\n'],
    ['a table', '{\n  "plugins": [\n    { "package": "rustic-plugin-left", "options": {} }\n  ]\n}\n'],
  ])('undoes add, byte by byte: %s', async (_, text) => {
    const base = text.includes('left') ? ['rustic-plugin-left'] : [];
    const project = await begun(text, 'rustic-plugin-left');
    if (base.length === 0) expect(await project.rustic('remove', 'left')).toMatchObject({ code: 0 });
    const before = bytesOf(project.folder);
    expect(before[2]).toBe(text);
    expect(await project.rustic('add', 'rustic-plugin-plain', '--yes')).toMatchObject({ code: 0 });
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
    expect(await project.rustic('remove', 'plain')).toMatchObject({ code: 0 });
    expect(bytesOf(project.folder)).toEqual(before);
    expect(existsSync(join(project.folder, 'node_modules/rustic-plugin-plain'))).toBe(false);
  });

  it('refuses to take away what another plugin needs', async () => {
    const project = await begun('{ "plugins": [] }\n', 'rustic-plugin-left', 'rustic-plugin-needs');
    const before = bytesOf(project.folder);
    const { code, stderr } = await project.rustic('remove', 'left', '--yes');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_CAPABILITY_MISSING: ') });
    expect(bytesOf(project.folder)).toEqual(before);
  });

  it('lets go of the bindings to what is gone, once somebody agrees', async () => {
    const project = await begun('{\n  "plugins": [],\n  "bind": {}\n}\n', 'rustic-plugin-left', 'rustic-plugin-needs');
    expect(await project.rustic('add', 'rustic-plugin-right', '--bind', 'workspace=right', '--yes')).toMatchObject({
      code: 0,
    });
    const before = bytesOf(project.folder);
    expect(await project.rustic('remove', 'rustic-plugin-right')).toMatchObject({
      code: 5,
      stdout: expect.stringContaining('workspace is no longer bound\n'),
    });
    expect(bytesOf(project.folder)).toEqual(before);
    expect(await project.rustic('remove', 'rustic-plugin-right', '--yes')).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).not.toContain('right');
  });

  it('names the plugin that was meant', async () => {
    const project = await begun('{ "plugins": [] }\n', 'rustic-plugin-plain');
    const { code, stderr } = await project.rustic('remove', 'plan');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Fix: Did you mean "plain"?') });
  });

  it('puts everything back when uninstalling fails', async () => {
    const project = await begun('{ "plugins": [] }\n', 'rustic-plugin-plain');
    const before = bytesOf(project.folder);
    const PATH = pathWithNpm('"$NPM" "$@"; [ "$1" != uninstall ]');
    const { child, ended } = project.start(['remove', 'plain'], { env: { PATH } });
    child.stdin?.end();
    expect((await ended).code).toBe(1);
    expect(bytesOf(project.folder)).toEqual(before);
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
  });
});
