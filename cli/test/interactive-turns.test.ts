import { describe, expect, it } from 'vitest';
import { createProject, lastSession, type WrittenPlugin } from './project.js';
import { openScreen } from './screen.js';

/** A tool that says something, and then waits for a file: until then its turn is under way. */
const waiting: WrittenPlugin = {
  name: 'rustic-plugin-tool-waiting',
  manifest: {
    id: 'tool-waiting',
    contributes: {
      tool: {
        hold_on: { summary: 'Waits', effects: { kind: 'none', idempotent: true, openWorld: false } },
        stay: { summary: 'Never ends', effects: { kind: 'none', idempotent: true, openWorld: false } },
      },
    },
  },
  code: `import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
export default { setup: () => ({ tool: { hold_on: { async run(input, call) {
  call.report({ text: 'waiting for the file' });
  while (!existsSync('go')) await delay(20, undefined, { signal: call.signal });
  return { parts: [{ type: 'text', text: 'It is there.\\nsecond line of it' }] };
} }, stay: { async run(input, call) {
  call.report({ text: 'waiting whatever happens' });
  setInterval(() => {}, 1000);
  await new Promise(() => {});
} } } }) };`,
};
const markdown = [
  '# Plan',
  '',
  'Some **bold**, *slanted* and `coded` words with a [link](https://x.example/page).',
  '',
  '1. first',
  '2. second',
  '   - nested',
  '',
  '> quoted',
  '',
  '| name | size |',
  '|------|-----:|',
  '| 你好 | 12 |',
  '',
  '```diff',
  '-old',
  '+new',
  '```',
  '',
  'The end: \u001b[2J\u202e.',
].join('\n');
const turns = [
  { when: 'markdown', think: 'First I think.\nThen more.', say: markdown },
  { when: 'hold', calls: [{ tool: 'hold_on', input: { why: 'to see' } }] },
  { when: 'hold', say: 'It is over.' },
  { when: 'stubborn', calls: [{ tool: 'stay' }] },
  { when: 'also this', say: 'Told in between.' },
  { when: 'for ever', say: 'One two three four five six.', delayMs: 600_000 },
  { say: 'Hello to you.' },
];
const open = async (options: Parameters<typeof openScreen>[1] = {}) => {
  const project = await createProject({ turns, written: [waiting], locked: true });
  const screen = await openScreen(project, options);
  const enter = async (text: string) => {
    await screen.type(text);
    await screen.press('Enter');
  };
  return { project, ...screen, enter };
};

describe('an answer on a terminal', () => {
  it('is Markdown, shown as what it means; what a terminal would obey in it is shown', async () => {
    const { enter, shows, all } = await open({ rows: 40 });
    await enter('markdown');
    await shows('The end');
    const text = await shows('context');
    for (const row of [
      '# Plan',
      'Some bold, slanted and coded words with a link (https://x.example/page).',
      '1. first',
      '2. second',
      '   • nested',
      '│ quoted',
      'name  size',
      '你好    12',
      '  -old',
      String.raw`The end: ^[[2J\u{202e}.`,
    ])
      expect(text.split('\n')).toContain(row);
    const coloured = await all();
    expect(coloured).toContain('\u001b[32m+new');
    expect(coloured).toContain('\u001b[31m-old');
    expect(coloured).toContain('\u001b[1mbold');
  });

  it('comes without colours when NO_COLOR is set', async () => {
    const { enter, shows, all } = await open({ rows: 40, env: { NO_COLOR: '1' } });
    await enter('markdown');
    await shows('The end');
    // tmux ends a row of a screen with a reset where nothing else is.
    expect((await all()).replaceAll('\u001b[39m', '')).not.toContain('\u001b[');
  });

  it('stands once in what has scrolled by, however often the screen was drawn', async () => {
    const say = Array.from({ length: 60 }, (_, index) => `Paragraph ${index} of it.`).join('\n\n');
    const project = await createProject({ turns: [{ say, delayMs: 2 }], locked: true });
    const { type, press, shows, all } = await openScreen(project, { rows: 12 });
    await type('go');
    await press('Enter');
    await shows('Paragraph 59 of it.');
    const text = await all();
    for (const index of [0, 1, 17, 30, 58, 59]) expect(text.split(`Paragraph ${index} of it.`)).toHaveLength(2);
  });

  it('folds reasoning and tools into a row each, and shows them whole with Ctrl+O', async () => {
    const { project, enter, press, shows } = await open({ rows: 50 });
    await enter('markdown');
    await shows('~ thought (Ctrl+O shows it)');
    await shows('context');
    await press('C-o');
    await shows('reasoning\nFirst I think.\nThen more.');
    await enter('hold');
    await shows(/· hold_on why: to see\n {2}waiting for the file/);
    project.write('go', '');
    await shows('✓ hold_on why: to see · It is there.\nIt is over.');
    await press('C-o');
    await shows(/hold_on of tool-waiting\n\{\n {2}"why": "to see"\n\}\nIt is there.\nsecond line of it/);
  });
});

describe('while a turn runs', () => {
  it('Enter tells the model at its next step, within the turn', async () => {
    const { project, enter, press, shows, hides, ended } = await open();
    await enter('hold');
    await shows('waiting for the file');
    await enter('also this');
    await shows('↳ also this');
    project.write('go', '');
    await shows(/› also this\n+Told in between\./);
    await hides('↳');
    await press('C-d');
    expect(await ended()).toBe(0);
    const { messages } = await lastSession(project);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user', 'assistant']);
  });

  it('Enter tells the model also with --plain', async () => {
    const { project, enter, shows } = await open({ args: ['run', '--plain'], first: '>' });
    await enter('hold');
    await shows('hold_on why: to see');
    await enter('also this');
    await shows('noted, 1 waiting');
    project.write('go', '');
    await shows(/you said: also this\nTold in between\./);
  });

  it('Alt+Enter asks after the turn', async () => {
    const { project, enter, type, press, shows, ended } = await open();
    await enter('hold');
    await shows('waiting for the file');
    await type('also this');
    await press('M-Enter');
    await shows('↳ also this');
    project.write('go', '');
    await shows(/It is over\.\n+› also this\nTold in between\./);
    await press('C-d');
    expect(await ended()).toBe(0);
    const { messages } = await lastSession(project);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user', 'assistant']);
  });

  it('Ctrl+C interrupts, and gives back what was not told yet', async () => {
    const { enter, type, press, shows, hides } = await open();
    await enter('for ever');
    await shows('working');
    await type('later');
    await press('M-Enter');
    await shows('↳ later');
    await press('C-c');
    await shows('✗ interrupted');
    await hides('working');
    await shows('› later');
    await press('C-c');
    await hides('later');
    await enter('hello');
    await shows('Hello to you.');
  });

  it('commands are kept for after it', async () => {
    const { project, enter, shows } = await open();
    await enter('hold');
    await shows('waiting for the file');
    await enter('/session');
    await shows('↳ /session');
    project.write('go', '');
    await shows(/It is over\.[\s\S]*› \/session\n[0-9]{8}-/);
  });
});

describe('leaving', () => {
  it('needs Ctrl+C twice on an empty line; a text is cleared first', async () => {
    const { type, press, shows, hides, ended } = await open();
    await type('half a thought');
    await shows('half a thought');
    await press('C-c');
    await hides('half a thought');
    await press('C-c');
    await shows('press Ctrl+C again to exit');
    await hides('press Ctrl+C');
    await press('C-c');
    await shows('press Ctrl+C again to exit');
    await press('C-c');
    expect(await ended()).toBe(0);
  });

  it('leaves the terminal as it was', async () => {
    const { enter, shows, ended, type, press } = await open();
    await enter('for ever');
    await shows('working');
    await press('C-c');
    await shows('✗ interrupted');
    await press('C-d');
    expect(await ended()).toBe(0);
    await type('echoed again');
    await shows(/\[ended 0\]\n*echoed again/);
  });

  it('ends its turn and leaves the terminal as it was when it is terminated', async () => {
    const { enter, shows, signal, ended, type } = await open();
    await enter('for ever');
    await shows('working');
    await signal('SIGTERM');
    expect(await ended()).toBe(143);
    await type('echoed again');
    await shows(/\[ended 143\]\n*echoed again/);
  });

  it('leaves the terminal as it was when a second signal ends it at once', async () => {
    const { enter, shows, signal, ended, type } = await open();
    await enter('stubborn');
    await shows('waiting whatever happens');
    await signal('SIGTERM');
    await signal('SIGTERM');
    expect(await ended()).toBe(143);
    await type('echoed again');
    await shows(/\[ended 143\]\n*echoed again/);
  });
});
