import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { createComposer, createRegistry, type Registry } from './compose.js';

export const tool = (id: string, name = `${id}_go`) => ({
  id,
  contributes: {
    tool: { [name]: { summary: 'Goes', effects: { kind: 'none', idempotent: true, openWorld: false } } },
  },
});
export const goes = (name: string) => `export default { setup: () => ({ tool: { ${name}: { run: () => 'gone' } } }) };`;
export const plugin = (id: string, more: object = {}) => ({
  name: `rustic-plugin-${id}`,
  manifest: { ...tool(id.replaceAll('-', '_')), id, ...more },
  code: goes(`${id.replaceAll('-', '_')}_go`),
});
export const commented = `{
  // what there is
  "plugins": [
    "@acme/rustic-plugin-base" // the first
  ],
  "permissions": { "rules": [] }, // none yet
}
`;

let started: Registry;
/** The registry of this file's tests, with the plugins they add. */
export const registry = (): Registry => started;
beforeAll(async () => {
  const registry = (started = await createRegistry());
  registry.put({ name: '@acme/rustic-plugin-base', manifest: tool('base'), code: goes('base_go') });
  registry.put(plugin('one', { permissions: [{ action: 'net', match: 'api.example', reason: 'asks there' }] }));
  registry.put({ ...plugin('two'), more: { scripts: { postinstall: 'touch ran' } } });
  const config = {
    type: 'object',
    required: ['city', 'units'],
    properties: { city: { type: 'string', description: 'Where' }, units: { type: 'string', default: 'metric' } },
  };
  registry.put(plugin('asks', { config }));
  registry.put({ ...plugin('clash'), manifest: tool('clash', 'base_go'), code: goes('base_go') });
  const storage = { service: { workspace: { summary: 'Files' } } };
  for (const id of ['left', 'right'])
    registry.put({ name: `rustic-plugin-${id}`, manifest: { id, contributes: storage }, code: workspace });
  registry.put({
    name: 'rustic-plugin-needs',
    manifest: { ...tool('needs'), requires: { workspace: { one: 'workspace' } } },
    code: goes('needs_go'),
  });
  registry.put({ name: 'rustic-plugin-plain' });
  registry.put({ ...plugin('broken'), code: 'export default { setup() { throw new Error("no luck"); } };' });
  registry.put({
    ...plugin('vandal'),
    code: `import { mkdirSync, rmSync } from 'node:fs';
export default { setup() {
  rmSync('rustic.json');
  mkdirSync('rustic.json/in-its-place', { recursive: true });
  throw new Error('no luck');
} };`,
  });
  registry.put({ ...plugin('late'), more: { peerDependencies: { '@rustic-ai/kernel': '^9.0.0' } } });
  registry.put({ ...plugin('early'), more: { peerDependencies: { '@rustic-ai/kernel': '>=0.1.0-next.0 <1' } } });
  registry.put(plugin('tampered'));
  registry.tamper('rustic-plugin-tampered', '1.0.0');
  registry.put({
    ...plugin('stuck'),
    code: 'export default { setup: () => { console.error("it hangs"); return new Promise((r) => setTimeout(r, 60_000)); } };',
  });
});
afterAll(() => started.close());
const workspace = 'export default { setup: () => ({ service: { workspace: {} } }) };';

/** A project with a plugin, added as anybody would. */
export async function added() {
  const files = { 'package.json': '{\n    "name": "mine"\n}\n', 'rustic.json': commented };
  const project = await createComposer(started, files);
  const { code, stderr } = await project.rustic('add', '@acme/rustic-plugin-base', '--yes');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'npm: install @acme/rustic-plugin-base\n' });
  return project;
}
let first: ReturnType<typeof added> | undefined;
/** Another one just like it: made once, then copied with the trust in its folder. */
export async function begun() {
  const { folder, home } = await (first ??= added());
  const project = await createComposer(started);
  cpSync(folder, project.folder, { recursive: true });
  const trust = readFileSync(join(home, 'rustic/state/trust.json'), 'utf8');
  mkdirSync(join(project.home, 'rustic/state'), { recursive: true, mode: 0o700 });
  writeFileSync(join(project.home, 'rustic/state/trust.json'), trust.replaceAll(folder, project.folder));
  return project;
}
const kept = [
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'rustic.json',
  'rustic.lock',
];
/** The bytes of what counts, and what is installed. */
export function stateOf({ folder, home }: { readonly folder: string; readonly home: string }) {
  const bytes = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const files = Object.fromEntries(kept.map((name) => [name, bytes(join(folder, name))]));
  const modules = join(folder, 'node_modules');
  const installed = existsSync(modules) ? readdirSync(modules).filter((name) => !name.startsWith('.')) : [];
  return { files, installed, all: readdirSync(folder).toSorted(), trust: bytes(join(home, 'rustic/state/trust.json')) };
}
