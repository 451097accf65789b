import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject, root, temporaryFolder } from './project.js';

/** The template where its author works on it, running. */
async function startDev() {
  const project = await createProject({ composition: false, modules: false });
  const folder = join(temporaryFolder(), 'plugin');
  const from = join(root, 'plugin-template');
  const left = ['node_modules', 'dist', 'kinds', '.turbo'].map((name) => join(from, name));
  cpSync(from, folder, { recursive: true, filter: (path) => !left.includes(path) });
  // Its own folder, since what is kept between two runs is kept there.
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  const running = project.start(['plugin', 'dev', '-C', folder]);
  const greeting = join(folder, 'src/greeting.ts');
  const plain = readFileSync(greeting, 'utf8');
  return {
    ...running,
    folder,
    plain,
    greet: () => running.type('template_greet {"name":"Ada"}\n'),
    write: (text: string) => writeFileSync(greeting, text),
    /** As editors do that never leave half a file behind. */
    replace(text: string) {
      writeFileSync(`${greeting}~`, text);
      renameSync(`${greeting}~`, greeting);
    },
  };
}

it('puts a change of the source in the place of what runs, however it was written', async () => {
  const { greet, seen, plain, replace, write, child, ended } = await startDev();
  await seen('Running; its source is watched.');
  greet();
  await seen('"Hello, Ada!"');
  replace(plain.replace('!`', ', again!`'));
  await seen('Reloaded in ');
  greet();
  await seen('"Hello, Ada, again!"');
  write(plain.replace('!`', ', and again!`'));
  await seen('Reloaded in ');
  greet();
  await seen('"Hello, Ada, and again!"');
  child.stdin?.end();
  expect((await ended).code).toBe(0);
});

it('says where a change can not be built, and goes on with the version before', async () => {
  const { greet, seen, plain, write, child, ended } = await startDev();
  await seen('Running; its source is watched.');
  write(`${plain}\nconst x: = 1;\n`);
  await seen('It can not be built; the version before goes on.');
  await seen('src/greeting.ts:');
  greet();
  await seen('"Hello, Ada!"');
  write(plain);
  await seen('Reloaded in ');
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
});

it('begins anew with another manifest, and refuses calls by their reason', async () => {
  const { seen, folder, type, child, ended } = await startDev();
  await seen('Running; its source is watched.');
  type('nothing {}\n');
  await seen('It has no nothing.');
  type('template_greet {oops\n');
  await seen('The input is no JSON');
  type('template_greet {}\n');
  await seen('RUSTIC_OPERATION_INPUT');
  const manifest = join(folder, 'src/manifest.ts');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace("default: 'Hello'", "default: 'Welcome'"));
  await seen('Reloaded in ');
  type('template_greet {"name":"Ada"}\n');
  await seen('"Welcome, Ada!"');
  child.stdin?.end();
  expect((await ended).code).toBe(0);
});
