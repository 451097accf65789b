import { describe, expect, it } from 'vitest';
import { createProject, resultsOf } from './project.js';
import { openScreen } from './screen.js';

const write = (path: string) => ({
  calls: [{ tool: 'fs_write', input: { path, content: 'text\n', overwrite: true } }],
});
const turns = [
  { when: 'write', ...write('a.txt') },
  { when: 'write', say: 'That is all.' },
  { when: 'shell', calls: [{ tool: 'shell_run', input: { command: 'echo a\u202eb \u001b[8mc' } }] },
  { when: 'shell', say: 'It was run.' },
  { when: 'twice', ...write('b.txt') },
  { when: 'twice', ...write('b.txt') },
  { when: 'twice', say: 'Both are done.' },
  { when: 'slowly', say: 'A word or two.', delayMs: 300, ...write('c.txt') },
  { when: 'slowly', say: 'Then it was over.' },
];
const choices = /y once · s session · a always here · n no · e no, with a message \[n\]/;
const open = async (options: Parameters<typeof openScreen>[1] = {}) => {
  const project = await createProject({ turns, locked: true });
  const screen = await openScreen(project, { rows: 40, ...options });
  const enter = async (text: string) => {
    await screen.type(text);
    await screen.press('Enter');
  };
  return { project, ...screen, enter };
};
const codes = async (project: Awaited<ReturnType<typeof createProject>>) =>
  (await resultsOf(project)).map(({ error }) => error?.code ?? 'ok');

describe('a question on a terminal', () => {
  it('tells all of it, and Enter alone is no', async () => {
    const { project, enter, press, shows, ended } = await open();
    await enter('write');
    const text = await shows(choices);
    for (const part of ['fs_write of tool-filesystem@', '│ +text', 'fs.write  ', 's and a would store: allow fs.write'])
      expect(text).toContain(part);
    await press('Enter');
    await shows(/denied by person[\s\S]*✗ fs_write RUSTIC_PERMISSION_DENIED/);
    await shows('That is all.');
    await press('C-d');
    await ended();
    expect(await codes(project)).toEqual(['RUSTIC_PERMISSION_DENIED']);
  });

  it('shows what a terminal would obey in a command', async () => {
    const { enter, press, shows } = await open();
    await enter('shell');
    await shows(String.raw`$ echo a\u{202e}b ^[[8mc`);
    await shows('[n]');
    await press('Enter');
    await shows('It was run.');
  });

  it('is no prompt, and a sentence that begins with an answer is none', async () => {
    const { project, enter, press, type, shows, paste } = await open();
    await enter('write');
    await shows(choices);
    await enter('yes please do whatever you like');
    await shows(/n no[\s\S]*\n›\s*\n/);
    await enter('nothing');
    await shows(/n no[\s\S]*\n›\s*\n/);
    await enter('always');
    await shows('allowed (project) by person');
    await shows('That is all.');
    expect(project.read('a.txt')).toBe('text\n');
    await press('Up');
    await shows('› write');
    await press('C-u');
    await paste('y\n');
    await type('!');
    await shows(/› y\n {2}!/);
  });

  it('is answered by no pasted line', async () => {
    const { project, enter, press, paste, shows } = await open();
    await enter('write');
    await shows(choices);
    await paste('y\n');
    await shows(/› y\n *\n/);
    expect(() => project.read('a.txt')).toThrow('ENOENT');
    await press('Enter');
    await shows(/n no[\s\S]*\n›\s*\n/);
    await enter('y');
    await shows('That is all.');
    expect(project.read('a.txt')).toBe('text\n');
  });

  it.each([
    ['on a screen', ['run'], choices, 'new session', /› y{11,}/],
    [
      'with --plain',
      ['run', '--plain'],
      /y once, s session, a always here, n no, e no, with a message \[n\]/,
      '>',
      /you said: y/,
    ],
  ])('takes no key that belongs to what was being typed when it came, %s', async (_, args, choices, first, kept) => {
    const { project, enter, type, press, shows } = await open({ args, first });
    await enter('slowly');
    await shows('A word');
    // Typed without a pause until the question is there, and a little longer.
    let asked = false;
    const typing = (async () => {
      while (!asked) await type('y');
      for (let count = 0; count < 10; count++) {
        await type('y');
        await press('Enter');
      }
    })();
    await shows('fs_write of tool-filesystem@');
    asked = true;
    await typing;
    await shows(choices);
    expect(() => project.read('c.txt')).toThrow('ENOENT');
    await press('Enter');
    await shows('denied by person');
    await shows(kept);
    expect(() => project.read('c.txt')).toThrow('ENOENT');
  });

  it('of a single run takes nothing that was typed before it was there', async () => {
    const { project, type, press, shows, ended } = await open({ args: ['run', 'slowly'], first: 'A word' });
    await type('y');
    await press('Enter');
    await type('y');
    await shows(choices);
    await press('Enter');
    await shows('denied by person');
    expect(await ended()).toBe(0);
    expect(() => project.read('c.txt')).toThrow('ENOENT');
  });

  it('keeps what was being written, and gives it back after the answer', async () => {
    const { enter, type, press, shows } = await open();
    await enter('slowly');
    await shows('A word');
    await type('and then');
    await shows(choices);
    await press('Enter');
    await shows('Then it was over.');
    await shows('› and then');
  });

  it('is remembered for the session with s, and for the folder with a', async () => {
    const first = await open();
    await first.enter('twice');
    await first.shows(choices);
    await first.enter('s');
    await first.shows('Both are done.');
    await first.press('C-d');
    await first.ended();
    expect(await codes(first.project)).toEqual(['ok', 'ok']);

    const again = await openScreen(first.project, { rows: 40 });
    await again.type('twice');
    await again.press('Enter');
    await again.shows(choices);
    await again.type('a');
    await again.press('Enter');
    await again.shows('Both are done.');
    await again.type('/permissions');
    await again.press('Enter');
    await again.shows(/allow fs\.write .*b\.txt/);
    await again.press('C-d');
    await again.ended();

    const third = await openScreen(first.project, { rows: 40 });
    await third.type('twice');
    await third.press('Enter');
    const text = await third.shows('Both are done.');
    expect(text).not.toContain('n no');
  });

  it('is refused with a message to the model by e', async () => {
    const { project, enter, press, shows, ended } = await open();
    await enter('write');
    await shows(choices);
    await enter('e');
    await shows('message to the model:');
    await enter('Use another name.');
    await shows('denied by person: Use another name.');
    await shows('That is all.');
    await press('C-d');
    await ended();
    const [result] = await resultsOf(project);
    expect(JSON.stringify(result)).toContain('Use another name.');
  });

  it('goes away with its turn on Ctrl+C', async () => {
    const { project, enter, press, shows, hides } = await open();
    await enter('write');
    await shows(choices);
    await press('C-c');
    await shows('✗ interrupted');
    await hides('n no');
    expect(() => project.read('a.txt')).toThrow('ENOENT');
  });
});
