import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startFaultServer } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { wire } from '../examples/legacy-google/test/wire.js';
import { read, root } from './repository.js';
// The tests of the example are run where everything else is.
import '../examples/legacy-google/test/suite.test.js';

const run = promisify(execFile);
const example = 'docs/examples/legacy-google';
const page = read('docs/guides/wrap-an-sdk.md');

describe('the guide to wrapping an SDK', () => {
  const blocks = [...page.matchAll(/^`([\w./-]+)`(?:, .*)?:\n\n```\w+\n([^]*?)```$/gm)];

  it('shows files of the example, each as it is or a part of it', () => {
    const shown = blocks.map(([, file = '']) => file);
    expect(shown).toEqual([
      'src/manifest.ts',
      'src/plugin.ts',
      'src/connect.ts',
      'src/answer.ts',
      'src/complaint.ts',
      'test/suite.test.ts',
      'project/rustic.json',
    ]);
    for (const [, file, text] of blocks) expect(read(`${example}/${file}`), file).toContain(text);
  });

  it('names every rule its SDK can not satisfy', () => {
    const [, list = ''] = /beyondIt[^{]*\{([^}]*)\}/.exec(read(`${example}/test/suite.test.ts`)) ?? [];
    const ids = [...list.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, id = '']) => id);
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(page).toContain(`\`${id}\``);
  });

  it('builds as the template does', () => {
    for (const file of ['tsup.config.mjs', 'tsconfig.json', 'tsconfig.build.json'])
      expect(read(`${example}/${file}`), file).toBe(read(`plugin-template/${file}`));
  });

  it('leads to a plugin that is built, locked and asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rustic-guide-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const own = join(root, example);
    const before = read(`${example}/package.json`);
    await run(process.execPath, [join(root, 'node_modules/tsup/dist/cli-default.js')], { cwd: own });
    expect(read(`${example}/package.json`), 'its manifest is not in its package.json: build it').toBe(before);

    await mkdir(join(folder, 'node_modules'));
    await symlink(join(root, 'node_modules/@rustic-ai'), join(folder, 'node_modules/@rustic-ai'));
    await symlink(own, join(folder, 'node_modules/rustic-plugin-legacy-google'));
    const server = await startFaultServer((response) => {
      response.writeHead(200, { 'content-type': wire.contentType });
      response.end(wire.head + wire.text('Here I am.') + wire.end);
    });
    onTestFinished(() => server.close());
    const project = readFileSync(join(own, 'project/rustic.json'), 'utf8');
    const local = project.replace('"models"', `"baseUrl": "${server.url}", "models"`);
    await writeFile(join(folder, 'rustic.json'), local);
    const env = { ...process.env, RUSTIC_HOME: join(folder, 'home'), GEMINI_API_KEY: 'AIza-secret' };
    const rustic = (...args: string[]) =>
      run(process.execPath, [join(root, 'cli/bin/rustic.js'), ...args], { cwd: folder, env });
    await rustic('lock', '--accept');
    const running = rustic('run', '--print', 'hello');
    running.child.stdin?.end();
    expect(await running).toEqual({ stdout: 'Here I am.\n', stderr: expect.stringMatching(/^session .+\n$/) });
    expect(server.asked[0]?.path).toBe('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
  });
});
