import { spawnSync } from 'node:child_process';
import { openSync, closeSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildProduct, filesIn, type Format, small } from './built.js';
import { createProject, root, temporaryFolder, type WrittenPlugin } from './project.js';

const scenario = { turns: [{ say: 'Here I am.' }] };
const greeter: WrittenPlugin = {
  name: 'rustic-plugin-greeter',
  manifest: {
    id: 'greeter',
    contributes: {
      tool: {
        greet: {
          summary: 'Greets',
          input: { type: 'object' },
          effects: { kind: 'none', idempotent: true, openWorld: false },
        },
      },
    },
  },
  code: `export default { setup: () => ({ tool: { greet: { run: () => ({ parts: [{ type: 'text', text: 'Good day.' }] }) } } }) };`,
};
const project = (written: readonly WrittenPlugin[] = []) =>
  createProject({ composition: small(written.map(({ name }) => name)), turns: scenario.turns, written, locked: true });

describe.each<Format>(['file', 'executable'])('a product that is one %s', (format) => {
  it('runs where nothing else is', async () => {
    const from = await project([greeter]);
    from.write('package.json', { name: 'shop', version: '3.0.0' });
    const shop = await buildProduct(from, format);
    shop.write('scenario.json', { turns: [{ when: 'hello', calls: [{ tool: 'greet' }] }, { say: 'Here I am.' }] });
    expect([...filesIn(shop.at).keys()]).toEqual(
      ['THIRD-PARTY.txt', 'man/shop.1', 'sbom.cdx.json', format === 'file' ? 'shop.mjs' : 'shop'].toSorted(),
    );
    expect(await shop.run('--version')).toEqual({ code: 0, stdout: '3.0.0\n', stderr: '' });
    const ran = await shop.run('run', 'hello', '--allow', 'tool greet', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'ok', result: 'Here I am.' });
    expect((await shop.run('doctor')).code).toBe(0);
  });

  it('notices damage, and does not run', async () => {
    const shop = await buildProduct(await project(), format);
    shop.write('scenario.json', scenario);
    const file = join(shop.at, format === 'file' ? 'shop.mjs' : 'shop');
    const bytes = readFileSync(file);
    // Words of the agent's instructions, which stand in the code once and change no syntax.
    const at = bytes.indexOf('You are an agent that works in');
    expect(at).toBeGreaterThan(0);
    const opened = openSync(file, 'r+');
    writeSync(opened, 'X', at);
    closeSync(opened);
    const { code, stdout, stderr } = await shop.run('run', 'hello');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('RUSTIC_PRODUCT_DAMAGED');
  });
});

describe('what can not be bundled', () => {
  it('keeps a composition from being one file, by name and reason', async () => {
    const from = await createProject({ turns: scenario.turns, locked: true });
    const ran = await from.rustic('build', '--name', 'shop', '--format', 'file');
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toMatch(
      /^RUSTIC_BUILD_FILE: \S+ can not be part of a single file: it .*\.\nFix: .*--format folder/,
    );
  });

  it('is carried beside the bundle as a package, and checked like one', async () => {
    const beside: WrittenPlugin = {
      ...greeter,
      code: `import { readFileSync } from 'node:fs';
const text = readFileSync(new URL('./greeting.txt', import.meta.url), 'utf8');
export default { setup: () => ({ tool: { greet: { run: () => ({ parts: [{ type: 'text', text }] }) } } }) };`,
    };
    const from = await createProject({ composition: small([beside.name]), turns: scenario.turns, written: [beside] });
    from.write('node_modules/rustic-plugin-greeter/dist/greeting.txt', 'Good day.');
    await from.rustic('lock', '--accept');
    const said = await from.rustic('build', '--name', 'shop');
    expect(said.stdout).toContain('Beside it: greeter: it opens a file that lies beside its code (dist/index.js)\n');
    for (const format of ['folder', 'executable'] as const) {
      const shop = await buildProduct(from, format);
      shop.write('scenario.json', { turns: [{ when: 'hello', calls: [{ tool: 'greet' }] }, { say: 'Done.' }] });
      const run = () => shop.run('run', 'hello', '--allow', 'tool greet', '--output-format', 'stream-json');
      expect((await run()).stdout).toContain('Good day.');
      writeFileSync(join(shop.at, 'node_modules/rustic-plugin-greeter/dist/greeting.txt'), 'Changed.');
      const refused = await run();
      expect(refused.stdout).not.toContain('Changed.');
      expect(refused.stdout).toContain('RUSTIC_PLUGIN_CHANGED');
    }
  });

  it('gives the plugins inside what Node would: all that a CommonJS package exports is its default', async () => {
    const words: WrittenPlugin = {
      ...greeter,
      code: `import words from 'native-words';
const text = words.said + (words.default ?? '');
export default { setup: () => ({ tool: { greet: { run: () => ({ parts: [{ type: 'text', text }] }) } } }) };`,
    };
    const from = await createProject({ composition: small([words.name]), turns: scenario.turns, written: [words] });
    const at = 'node_modules/native-words';
    from.write(`${at}/package.json`, { name: 'native-words', version: '1.0.0', license: 'MIT', main: 'index.js' });
    from.write(`${at}/index.js`, `exports.__esModule = true; exports.default = ' to you'; exports.said = 'Good day';`);
    from.write(`${at}/build/words.node`, 'machine code');
    const file = 'node_modules/rustic-plugin-greeter/package.json';
    const json = JSON.parse(readFileSync(join(from.folder, file), 'utf8')) as object;
    from.write(file, { ...json, dependencies: { 'native-words': '1.0.0' } });
    await from.rustic('lock', '--accept');
    for (const format of ['folder', 'executable'] as const) {
      const shop = await buildProduct(from, format);
      shop.write('scenario.json', { turns: [{ when: 'hello', calls: [{ tool: 'greet' }] }, { say: 'Done.' }] });
      const ran = await shop.run('run', 'hello', '--allow', 'tool greet', '--output-format', 'stream-json');
      expect(ran.stdout).toContain('Good day to you');
    }
  });

  it('lies beside a folder where it awaits at the top of a module, and is refused by name as an executable', async () => {
    const awaiting = { ...greeter, code: `await Promise.resolve();\n${greeter.code}` };
    const from = await project([awaiting]);
    const refused = await from.rustic('build', '--name', 'shop', '--format', 'executable');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain(
      'RUSTIC_BUILD_PLUGIN: greeter can not be part of what is built: it awaits at the top',
    );
    const said = await from.rustic('build', '--name', 'shop', '--format', 'folder');
    expect(said.stdout).toContain('Beside it: greeter: it awaits at the top of a module');
    const shop = await buildProduct(from, 'folder');
    shop.write('scenario.json', { turns: [{ when: 'hello', calls: [{ tool: 'greet' }] }, { say: 'Done.' }] });
    const ran = await shop.run('run', 'hello', '--allow', 'tool greet', '--output-format', 'stream-json');
    expect(ran.stdout).toContain('Good day.');
  });
});

describe('a library', () => {
  it.each<'folder' | 'file'>(['folder', 'file'])('as a %s exports createApp, with its types', async (format) => {
    const from = await project([greeter]);
    const out = join(temporaryFolder(), 'lib');
    const built = await from.rustic('build', '--target', 'library', '--format', format, '--name', 'shop', '--out', out);
    expect(built).toMatchObject({ code: 0, stderr: '' });
    const folder = temporaryFolder();
    const program = `import { createApp } from ${JSON.stringify(pathToFileURL(join(out, 'index.js')).href)};
const app = await createApp({ rules: [{ effect: 'allow', action: 'tool', match: 'greet' }] });
const result = await app.use('tool').get('greet').invoke({}, app.call());
console.log(JSON.stringify(result));
await app.dispose();`;
    writeFileSync(join(folder, 'use.mjs'), program);
    const ran = spawnSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8', env: { HOME: folder } });
    expect(ran).toMatchObject({ status: 0, stderr: '', stdout: '{"parts":[{"type":"text","text":"Good day."}]}\n' });
    const typed = `import { createApp } from '${join(out, 'index.js')}';
const app = await createApp({ cwd: '.' });
for await (const event of app.use('agent').default.invoke({ prompt: 'hello' }, app.call())) {
  const type: string = event.type;
  void type;
}
// @ts-expect-error a kernel has no such thing
app.nothing();
// @ts-expect-error a prompt is text or parts
app.use('agent').default.invoke({ prompt: 1 });
`;
    writeFileSync(join(folder, 'use.ts'), typed);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const types = join(root, 'node_modules/@types');
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      'node',
      '--typeRoots',
      types,
    ];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const checked = spawnSync(process.execPath, [tsc, ...options, 'use.ts'], { cwd: folder, encoding: 'utf8' });
    expect({ status: checked.status, stdout: checked.stdout }).toEqual({ status: 0, stdout: '' });
  });
});
