import { describe, expect, it } from 'vitest';
import { createProject } from './project.js';
import { openScreen, type Screen } from './screen.js';

const turns = [
  { when: 'write', calls: [{ tool: 'fs_write', input: { path: 'a.txt', content: 'text\n' } }] },
  { when: 'write', say: 'That is all.' },
  { when: 'for ever', say: 'One two three four five six.', delayMs: 600_000 },
  { say: 'An answer.' },
];
const open = async (...args: string[]) =>
  openScreen(await createProject({ turns, locked: true }), {
    shell: true,
    rows: 40,
    args: ['run', ...args],
    ...(args.includes('--plain') && { first: /^>$/m }),
  });
const enter = async (screen: Screen, text: string) => {
  await screen.type(text);
  await screen.press('Enter');
};
/** Presses Ctrl+Z, and resolves when the shell has the terminal. */
const stop = async (screen: Screen) => {
  await screen.press('C-z');
  await screen.shows(/\[1\] [^\n]*Stopped[^$]*\n\$\n*$/);
};
/** What a shell that changes nothing of its own finds: lines, echo and pastes without brackets. */
const demandTerminal = async (screen: Screen) => {
  await enter(screen, 'clear; stty -a; printf "%s" over');
  const text = await screen.shows(/over\$/);
  expect(text).toMatch(/(?<!-)icanon .*(?<!-)echo /s);
  expect(text).toMatch(/(?<!-)opost/);
  await enter(screen, 'clear; echo ready; cat -v');
  await screen.shows(/^ready$/m);
  await screen.paste('pasted');
  await screen.press('Enter', 'C-d');
  expect(await screen.shows(/pasted\npasted\n\$/)).not.toContain('^[');
};

describe('Ctrl+Z', () => {
  it('gives the terminal to the shell as it was; fg draws the conversation again', async () => {
    const screen = await open();
    await enter(screen, 'hello');
    await screen.shows('An answer.');
    await screen.type('some words');
    await screen.shows('› some words');
    await stop(screen);
    await demandTerminal(screen);
    await enter(screen, 'clear; fg');
    await screen.shows(/› some words\n.*scripted/);
    await screen.type(' more');
    await screen.shows('› some words more');
    await screen.press('C-a');
    await screen.type('x');
    await screen.shows('› xsome words more');
    await screen.press('Enter');
    await screen.shows(/› xsome words more\n+An answer\./);
    await stop(screen);
    await enter(screen, 'fg');
    await screen.shows(/fg\n[^]*› *\n.*scripted/);
    await screen.press('C-c', 'C-c');
    await screen.shows(/\n\$\n*$/);
    await demandTerminal(screen);
  });

  it('stops a turn that runs, and a question; both go on', async () => {
    const screen = await open();
    await enter(screen, 'for ever');
    await screen.shows('working');
    await stop(screen);
    await demandTerminal(screen);
    await enter(screen, 'clear; fg');
    await screen.shows('working');
    await screen.press('C-c');
    await screen.shows('interrupted');
    await enter(screen, 'write');
    await screen.shows(/message\s+\[n\]/);
    await stop(screen);
    await enter(screen, 'clear; fg');
    await screen.shows(/\[n\]/);
    await enter(screen, 'y');
    await screen.shows('That is all.');
  });

  it('fits the terminal again that became another one meanwhile', async () => {
    const screen = await open();
    await screen.type('some words that are too long for one row of the terminal that is to come');
    await screen.shows('to come');
    await stop(screen);
    await screen.resize(40, 30);
    await enter(screen, 'clear; fg');
    await screen.shows(/› some words that [^›]*\n[^›]*to come\n/);
    for (const row of await screen.rows()) expect(row.length).toBeLessThanOrEqual(40);
  });

  it('goes on at once where no shell could let it go on', async () => {
    const screen = await openScreen(await createProject({ turns, locked: true }));
    await screen.type('abc');
    await screen.shows('› abc');
    await screen.press('C-z');
    await screen.type('def');
    await screen.shows(/^\n*› abcdef *\n.*scripted/);
    await screen.press('Enter');
    await screen.shows('An answer.');
  });

  it('ends a stopped one that is told to end, and leaves the terminal as it was', async () => {
    const screen = await open();
    await screen.type('abc');
    await stop(screen);
    await enter(screen, 'kill %1; fg');
    await screen.shows(/fg\n[^]*\n\$\n*$/);
    await demandTerminal(screen);
  });

  it('stops a conversation in lines as well', async () => {
    const screen = await open('--plain');
    await enter(screen, 'hello');
    await screen.shows('An answer.');
    await screen.type('aga');
    await stop(screen);
    await demandTerminal(screen);
    await enter(screen, 'clear; fg');
    await screen.shows(/"--plain"\n> aga$/m);
    await enter(screen, 'in');
    await screen.shows(/> again\n+[^]*An answer\./);
    await enter(screen, 'for ever');
    await screen.shows(/> for ever\n/);
    await stop(screen);
    await enter(screen, 'clear; fg');
    await screen.shows('"--plain"');
    await screen.press('C-c');
    await screen.shows('interrupted');
  });
});
