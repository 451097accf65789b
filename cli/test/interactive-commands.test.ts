import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProject, type WrittenPlugin } from './project.js';
import { openScreen } from './screen.js';

/** A command of its own, an answer for one that nobody has, and a second model. */
const more: WrittenPlugin = {
  name: 'rustic-plugin-command-more',
  manifest: {
    id: 'command-more',
    contributes: {
      command: { standup: { summary: 'Says what is new' } },
      model: { 'more/second': { summary: 'Always says second' } },
      hook: { 'command.resolve': {} },
    },
  },
  code: `const head = (seq) => ({ v: 1, seq, ts: '2026-01-02T03:04:05.678Z', sessionId: '' });
export default { setup: () => ({
  command: { standup: { async *run({ text }) {
    yield { ...head(1), type: 'item.completed', item: { type: 'agent_message', id: 'm', text: 'All is **new**: ' + text } };
    yield { ...head(2), type: 'run.completed', status: 'ok', exitCode: 0, usage: { inputTokens: 0, outputTokens: 0 },
      turns: 0, durationMs: 1, permissionDenials: [], errors: [] };
  } } },
  model: { 'more/second': { async *run() {
    yield { type: 'start', model: 'more/second' };
    yield { type: 'text', text: 'I am second.' };
    yield { type: 'finish', reason: 'stop', usage: { inputTokens: 1200, outputTokens: 34, costUsd: 0.5 } };
  } } },
  hook: { 'command.resolve': ({ name, text }) => name === 'greet' ? { prompt: 'hello ' + text } : undefined },
}) };`,
};
const turns = [{ say: 'Hello to you.' }];
const open = async (options: Parameters<typeof openScreen>[1] = {}) => {
  const project = await createProject({
    turns,
    written: [more],
    model: {
      provider: ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }],
      name: 'scripted/scenario',
    },
    locked: true,
  });
  const screen = await openScreen(project, { rows: 50, columns: 100, ...options });
  const enter = async (text: string) => {
    await screen.type(text);
    await screen.press('Enter');
  };
  return { project, ...screen, enter };
};

/** The command, what it said, and an empty line to go on with. */
const answered = (line: string) => new RegExp(`› ${line.replaceAll('.', String.raw`\.`)}\n[^›]+\n› *\n(new )?session`);

describe('a command in a conversation', () => {
  it('is listed by /help if it works here, those of plugins as well', async () => {
    const { enter, shows } = await open();
    await enter('/help');
    const text = await shows('/quit');
    const listed = [...text.matchAll(/^\/(\S+)/gm)].map(([, name]) => name);
    expect(listed).toEqual([
      ...['help', 'model', 'agent', 'tools', 'skills', 'session', 'resume', 'fork', 'cost', 'new', 'context'],
      'details',
      ...['permissions', 'config', 'plugins', 'doctor', 'diff', 'undo', 'export', 'clear', 'standup', 'quit'],
    ]);
    // Every one that is listed does something.
    for (const name of [
      'tools',
      'skills',
      'session',
      'fork',
      'cost',
      'context',
      'details',
      'plugins',
      'config',
      'permissions',
    ]) {
      await enter(`/${name}`);
      expect(await shows(answered(`/${name}`))).not.toMatch(/There is no command|failed/);
    }
  });

  it('of a plugin shows what it says, and one that a plugin resolves becomes a prompt', async () => {
    const { enter, shows } = await open();
    await enter('/standup for us');
    await shows('All is new: for us');
    await enter('/greet all');
    await shows('Hello to you.');
  });

  it('that nobody knows is told, with the one that was meant', async () => {
    const { enter, shows } = await open();
    await enter('/sesion');
    await shows('There is no command /sesion. Did you mean /session?');
    await enter('/frobnicate');
    await shows('There is no command /frobnicate. Try /help');
    await enter('/etc/hosts is what?');
    await shows('Hello to you.');
  });

  it('chooses the model for what follows, by name or from a list', async () => {
    const { enter, type, press, shows } = await open();
    await enter('/model');
    await shows(/Which model\?[\s\S]*scripted\/scenario[\s\S]*more\/second/);
    await type('second');
    await press('Enter');
    await shows('The next prompt goes to more/second.');
    await enter('hello');
    await shows('I am second.');
    await shows(/session \S+ · more\/second · context 1.2k · \$0\.5000/);
    await enter('/cost');
    await shows('more/second  1 calls  1.2k in, 34 out  $0.5000');
    await enter('/model nonsense');
    await shows('There is no model nonsense.');
    await enter('/model');
    await shows('Which model?');
    await press('Escape');
    await shows('more/second');
  });

  it('goes on with an earlier session, forks it, and begins a new one', async () => {
    const { project, enter, press, shows, ended } = await open();
    await enter('the first words');
    await shows('Hello to you.');
    const [, first = ''] = /session (\S+) ·/.exec(await shows('context')) ?? [];
    await enter('/new');
    await shows('The next prompt begins a new session.');
    await enter('other words');
    await shows(/other words\nHello to you\./);
    await enter('/resume');
    await shows(/Which session\?[\s\S]*the first words/);
    await press('Enter');
    await shows(/Going on with the first words[\s\S]*you: the first words\nagent: Hello to you\./);
    await shows(`session ${first}`);
    await enter('/fork');
    await shows('Going on in ');
    await enter('and a fork');
    await shows(/and a fork\nHello to you\./);
    await press('C-d');
    await ended();
    const { stdout } = await project.rustic('session', 'list');
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  it('writes the session to a file, checks the machine, and empties the screen', async () => {
    const { project, enter, shows, rows } = await open();
    await enter('/export');
    await shows('There is no session yet.');
    await enter('the first words');
    await shows('Hello to you.');
    await enter('/export said.md');
    await shows(answered('/export said.md'));
    expect(project.read('said.md')).toContain('the first words');
    expect(readdirSync(project.folder)).toContain('said.md');
    await enter('/doctor');
    await shows(answered('/doctor'));
    await enter('/clear');
    await shows(/^›/);
    expect(await rows()).toHaveLength(2);
  });

  it('that fails is told with its code, and the conversation goes on', async () => {
    const { enter, shows } = await open();
    await enter('/resume nothing-of-it');
    await shows('✗ /resume failed (RUSTIC_SESSION_UNKNOWN)');
    await enter('hello');
    await shows('Hello to you.');
  });
});
