import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, lastSession } from './project.js';
import { openScreen } from './screen.js';

const turns = [{ say: 'Heard.' }];
const open = async (options: Parameters<typeof openScreen>[1] = {}) => {
  const project = await createProject({ turns, locked: true });
  return { project, ...(await openScreen(project, options)) };
};
/** The prompts of the last session, whole. */
const promptsOf = async (project: Awaited<ReturnType<typeof createProject>>) =>
  (await lastSession(project)).messages
    .filter(({ role }) => role === 'user')
    .map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''));

describe('what is written in a terminal', () => {
  it('has many lines after Shift+Enter, Ctrl+J and a backslash before Enter', async () => {
    const { project, type, press, send, shows, ended } = await open();
    await type('one');
    await send('\u001b[13;2u');
    await type('two');
    await send('\u001b[27;2;13~');
    await type('three');
    await press('C-j');
    await type('four\\');
    await press('Enter');
    await type('five');
    await shows(/› one\n {2}two\n {2}three\n {2}four\n {2}five/);
    await press('Enter');
    await shows('Heard.');
    await press('C-d');
    expect(await ended()).toBe(0);
    expect(await promptsOf(project)).toEqual(['one\ntwo\nthree\nfour\nfive']);
  });

  it('never sends what is pasted, and folds what is long', async () => {
    const { project, paste, type, press, shows, rows, ended } = await open();
    await paste('first\nsecond\n');
    await shows(/› first\n {2}second/);
    await type('third ');
    const long = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    await paste(long);
    await shows('third [pasted 40 lines]');
    expect((await rows()).join('\n')).not.toContain('Heard.');
    await press('Enter');
    await shows('Heard.');
    await press('C-d');
    await ended();
    expect(await promptsOf(project)).toEqual([`first\nsecond\nthird ${long}`]);
  });

  it('shows what a terminal would obey in what is pasted', async () => {
    const { project, paste, press, shows, ended } = await open();
    await paste('a\u001b[2Jb\u202ec');
    await shows(String.raw`› a^[[2Jb\u{202e}c`);
    await press('Enter');
    await shows('Heard.');
    await press('C-d');
    await ended();
    expect(await promptsOf(project)).toEqual(['a\u001b[2Jb\u202ec']);
  });

  it('keeps its place among wide characters and emoji', async () => {
    const { type, press, shows, cursor } = await open();
    await type('你好 👍 é');
    await shows('› 你好 👍 é');
    expect((await cursor())[0]).toBe(2 + 4 + 1 + 2 + 1 + 1);
    await press('Home', 'Right');
    await type('们');
    await shows('› 你们好 👍 é');
    expect((await cursor())[0]).toBe(2 + 4);
    await press('Right', 'Right', 'Right', 'BSpace');
    await shows('› 你们好  é');
  });

  it('moves and deletes by words and lines', async () => {
    const { type, press, shows } = await open();
    await type('alpha beta gamma');
    await press('C-w', 'C-a');
    await type('>');
    await press('M-f', 'C-k');
    await type('!');
    await shows('› >alpha!');
    await press('C-u');
    await type('new');
    await shows(/› new$/m);
  });

  it('is found again in the history, in the same folder and in a later conversation', async () => {
    const { project, ...first } = await open();
    for (const text of ['first prompt', 'second Prompt', ' secret']) {
      await first.type(text);
      await first.press('Enter');
      await first.shows(`${text.trim()}\nHeard.`);
    }
    await first.press('C-d');
    await first.ended();
    const folder = join(project.home, 'rustic/state/history');
    const [name = ''] = readdirSync(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('"first prompt"\n"second Prompt"\n');

    const { type, press, shows } = await openScreen(project);
    await type('draft');
    await press('Up');
    await shows('› second Prompt');
    await press('Up');
    await shows('› first prompt');
    await press('Up', 'Down', 'Down');
    await shows('› draft');
    await press('C-u', 'C-r');
    await type('prompt');
    await shows(/search: prompt\n {2}second Prompt/);
    await press('C-r');
    await shows(/search: prompt\n {2}first prompt/);
    await press('Enter');
    await shows(/› first prompt\nnew session/);
    await press('C-r');
    await type('nowhere');
    await shows('  nothing');
    await press('Escape');
    await shows(/› first prompt\nnew session/);
  });

  it('is completed with Tab: commands, what they take, and files', async () => {
    const { project, type, press, shows, ended } = await open();
    project.write('src/deep/lonely.ts', 'export const lonely = true;');
    project.write('src/main.ts', '');
    await type('/he');
    await press('Tab');
    await shows('› /help');
    await press('C-u');
    await type('/co');
    await press('Tab');
    await shows(/ {2}\/cost\n {2}\/context\n {2}\/config/);
    await press('Tab', 'Tab');
    await shows(/› \/context\n/);
    await press('C-u');
    await type('/model scr');
    await press('Tab');
    await shows('› /model scripted/scenario');
    await press('C-u');
    await type('look at @s');
    await press('Tab');
    await shows(/ {2}@scenario.json\n {2}@src\//);
    await type('rc/m');
    await press('Tab');
    await shows('› look at @src/main.ts');
    await press('C-u');
    await type('look at @lonel');
    await press('Tab');
    await shows('› look at @src/deep/lonely.ts');
    await press('Enter');
    await shows('Heard.');
    await press('C-d');
    await ended();
    expect(await promptsOf(project)).toEqual([
      'look at @src/deep/lonely.ts\n\n--- src/deep/lonely.ts ---\nexport const lonely = true;',
    ]);
  });

  it('can be written in an editor of the person’s own', async () => {
    const project = await createProject({ turns, locked: true });
    project.write('editor.sh', 'cat "$2" > seen.txt; printf "%s\\n" "$1 and" "more" > "$2"');
    const { type, press, shows, ended } = await openScreen(project, { env: { EDITOR: 'sh editor.sh --mark' } });
    await type('begun');
    await press('C-g');
    await shows(/› --mark and\n {2}more/);
    expect(project.read('seen.txt')).toBe('begun');
    await press('Enter');
    await shows('Heard.');
    await press('C-d');
    expect(await ended()).toBe(0);
    expect(await promptsOf(project)).toEqual(['--mark and\nmore']);
  });

  it('stays as it is where no editor is named', async () => {
    const { type, press, shows } = await open();
    await type('begun');
    await press('C-g');
    await shows('Set VISUAL or EDITOR');
    await shows('› begun');
  });
});
