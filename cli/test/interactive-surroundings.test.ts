import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, temporaryFolder } from './project.js';
import { openScreen } from './screen.js';

const say = 'A paragraph of some words that does not fit into a narrow terminal and is broken between its words.';
const turns = [
  { when: 'write', calls: [{ tool: 'fs_write', input: { path: 'a.txt', content: 'text\n' } }] },
  { when: 'write', say: 'That is all.' },
  { when: 'wide', say: '你好世界'.repeat(15) },
  { when: 'for ever', say: 'One two three four five six.', delayMs: 600_000 },
  { say },
];
const project = () => createProject({ turns, locked: true });
const enterOn = (screen: Awaited<ReturnType<typeof openScreen>>) => async (text: string) => {
  await screen.type(text);
  await screen.press('Enter');
};
const width = (row: string) => Array.from(row).reduce((sum, one) => sum + (/[\u4e00-\u9fff]/.test(one) ? 2 : 1), 0);

describe('a conversation', () => {
  it.each([40, 200])('fits %i columns: answers, questions, help and the footer', async (columns) => {
    const screen = await openScreen(await project(), { columns, rows: 60 });
    const enter = enterOn(screen);
    await enter('go');
    const text = await screen.shows(/broken between\s+its\s+words\./);
    if (columns === 40)
      expect(text).toContain('A paragraph of some words that does not\nfit into a narrow terminal and is\nbroken');
    else expect(text).toContain(say);
    await enter('wide');
    await screen.shows('界');
    await enter('write');
    await screen.shows(/message\s+\[n\]/);
    await enter('y');
    await screen.shows('That is all.');
    await screen.type('x'.repeat(columns));
    await screen.shows(/› x{30,}\n {2}x+/);
    for (const row of await screen.rows()) expect(width(row), row).toBeLessThanOrEqual(columns);
  });

  it('follows the terminal when its size changes, and leaves nothing behind', async () => {
    const screen = await openScreen(await project(), { columns: 100, rows: 20 });
    const enter = enterOn(screen);
    await screen.type('some words that are being written while the terminal becomes another one');
    // Nothing else may stand on the screen in the end, whatever was drawn while it changed.
    await screen.resize(40, 20);
    await screen.shows(/^› some words[^›]*another one\nnew session[^\n]*\n*$/);
    await screen.resize(120, 30);
    await screen.shows(/^› some words [^\n]* another one\nnew session[^\n]*\n*$/);
    await screen.press('C-u');
    await enter('for ever');
    await screen.shows('working');
    await screen.resize(50, 10);
    await screen.shows(/^\n?› for ever\n\S+ working[^\n]*\n›\s*\n.*scripted[^\n]*\n*$/);
    await screen.resize(110, 12);
    await screen.shows(/^\n?› for ever\n\S+ working[^\n]*\n›\s*\n.*scripted[^\n]*\n*$/);
    await screen.press('C-c');
    await screen.shows('interrupted');
  });

  it('draws with ASCII where the locale has nothing else', async () => {
    const screen = await openScreen(await project(), { env: { LANG: 'C' }, rows: 40 });
    const enter = enterOn(screen);
    await enter('write');
    await screen.shows('n no | e no, with a message [n]');
    await enter('y');
    await screen.shows('+ fs_write');
    await enter('/help');
    await screen.shows('/quit');
    expect(await screen.all()).not.toMatch(/[^\p{ASCII}]/u);
  });

  it('works without HOME', async () => {
    const base = temporaryFolder();
    const folders = ['CONFIG', 'DATA', 'STATE', 'CACHE'].map((name) => [`XDG_${name}_HOME`, join(base, name)]);
    const env = { HOME: undefined, RUSTIC_HOME: undefined, ...Object.fromEntries(folders) };
    const screen = await openScreen(await createProject({ turns, env, locked: true }));
    await enterOn(screen)('go');
    await screen.shows('broken between');
    await screen.press('C-d');
    expect(await screen.ended()).toBe(0);
    expect(readdirSync(join(base, 'STATE/rustic-ai/history'))).toHaveLength(1);
  });

  it('has its history in memory where nothing can be written', async () => {
    const made = await project();
    // Root may write where nobody may: a file in the way stops everybody.
    mkdirSync(join(made.home, 'rustic/state'), { recursive: true });
    made.write('../home/rustic/state/history', '');
    chmodSync(join(made.home, 'rustic/state'), 0o500);
    const screen = await openScreen(made);
    await enterOn(screen)('go');
    await screen.shows('broken between');
    await screen.press('Up');
    await screen.shows(/\n› go\n/);
    await screen.press('C-u', 'C-d');
    await screen.shows('The history could not be kept: ');
    expect(await screen.ended()).toBe(0);
    chmodSync(join(made.home, 'rustic/state'), 0o700);
  });

  it('with --plain writes words, once, and moves nothing', async () => {
    const made = await project();
    const screen = await openScreen(made, { args: ['run', '--plain'], first: '>', rows: 40 });
    const enter = enterOn(screen);
    await enter('write');
    await screen.shows('edit: fs_write path: a.txt');
    await screen.shows('n no, e no, with a message [n]');
    await enter('y');
    await screen.shows('done: fs_write');
    await screen.shows('That is all.');
    await enter('/details');
    await screen.shows('fs_write of tool-filesystem');
    await enter('/model');
    await screen.shows('1. scripted/scenario');
    await enter('1');
    await screen.shows('The next prompt goes to scripted/scenario.');
    expect(await screen.all()).not.toMatch(/\u001b\[[0-9;]*[1-9]m|[^\p{ASCII}]/u);
    await screen.press('C-d');
    expect(await screen.ended()).toBe(0);
  });
});
