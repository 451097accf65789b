import type { RunEventBody } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { ask, completed, createStreams, createTerminal, message, playing, toolCall, usage } from './helper.js';

/** What a run shows: the answer, and the notes. */
async function show(live: boolean, bodies: readonly RunEventBody[], env: Record<string, string> = { TERM: 'dumb' }) {
  const { streams, written } = createStreams({ tty: live });
  const { frontend, kernel } = await createTerminal(streams, playing(bodies), { env });
  await frontend.run({ mode: 'once', prompt: 'Hi' }, kernel.call());
  await kernel.dispose();
  return { answer: written.stdout, notes: written.stderr };
}
const notesOf = async (...bodies: readonly RunEventBody[]) => (await show(false, bodies)).notes;
const done = 'session s-1 · tokens 12 in, 34 out\n';
const tool: readonly RunEventBody[] = [
  { type: 'item.started', item: toolCall({ status: 'in_progress', input: { path: 'a.ts', limit: 3 } }) },
  {
    type: 'item.completed',
    item: toolCall({ result: { parts: [{ type: 'text', text: 'first\nsecond' }] } }),
  },
];

describe('the answer', () => {
  it('is only the final message when it is not shown live; the others are notes, in order', async () => {
    const run = [...message('a', 'I look.'), ...tool, ...message('b', 'It says so.'), completed()];
    expect(await show(false, run)).toEqual({
      answer: 'It says so.\n',
      notes: `I look.\n< fs_read path: a.ts, limit: 3\n  ✓ fs_read first\n${done}`,
    });
  });

  it('is every message when it is shown live', async () => {
    const run = [...message('a', 'I look.'), ...tool, ...message('b', 'It says so.'), completed()];
    expect((await show(true, run)).answer).toBe('I look.\nIt says so.\n');
  });

  it.each([true, false])('is the result when no message came (live: %s)', async (live) => {
    expect((await show(live, [completed({ result: 'Only this.' })])).answer).toBe('Only this.\n');
  });

  it('comes whole when there were no deltas, and anew when the whole differs from them', async () => {
    const item = { type: 'agent_message', id: 'a', text: 'Whole.' } as const;
    expect((await show(true, [{ type: 'item.completed', item }, completed()])).answer).toBe('Whole.\n');
    const [started, first] = message('a', 'Half of it');
    expect((await show(true, [started!, first!, { type: 'item.completed', item }])).answer).toBe('Hal\nWhole.\n');
  });

  it('is none when the run failed: what was said is a note', async () => {
    const error = { code: 'RUSTIC_MODEL_IDLE', message: 'Nothing came.', fix: 'Try again.' };
    const more = { status: 'failed', exitCode: 7, result: 'So far', errors: [error] } as const;
    const run = [...message('a', 'So far'), completed(more)];
    expect(await show(false, run)).toEqual({
      answer: '',
      notes: `So far\n✗ The run failed (RUSTIC_MODEL_IDLE)\n  Nothing came.\n  Fix: Try again.\n${done}`,
    });
  });

  it('is the one of a turn that was completed, even if the run counts as failed', async () => {
    const more = { status: 'failed', exitCode: 6, result: 'I stop here.' } as const;
    const run = [...message('a', 'I stop here.'), { type: 'turn.completed', usage } as const, completed(more)];
    expect((await show(false, run)).answer).toBe('I stop here.\n');
  });

  it('is none when the run was interrupted: an earlier message is not said twice', async () => {
    const more = { status: 'interrupted', exitCode: 130, result: 'I look.' } as const;
    const run = [...message('a', 'I look.'), ...tool, { type: 'turn.interrupted', usage } as const, completed(more)];
    const { answer, notes } = await show(false, run);
    expect({ answer, times: notes.match(/I look\./g) }).toEqual({ answer: '', times: ['I look.'] });
  });

  it('keeps what came of an interrupted message as a note', async () => {
    const [started, delta] = message('a', 'Half of it');
    const { notes } = await show(false, [
      started!,
      delta!,
      { type: 'turn.interrupted', usage },
      completed({ status: 'interrupted', exitCode: 130 }),
    ]);
    expect(notes).toBe(`✗ interrupted\nHal\n${done}`);
  });

  it.each([true, false])('shows control characters instead of sending them (live: %s)', async (live) => {
    expect((await show(live, [...message('a', 'a\u001b[2Jb'), completed()])).answer).toBe('a^[[2Jb\n');
  });
});

describe('the notes', () => {
  it('tell a failed tool with its code, on one line and short', async () => {
    const error = { code: 'RUSTIC_FS_MISSING', message: `a\nb${'x'.repeat(200)}` };
    const item = toolCall({ status: 'failed', result: { parts: [], error } });
    expect(await notesOf({ type: 'item.completed', item })).toBe(
      `  ✗ fs_read RUSTIC_FS_MISSING: a^Jb${'x'.repeat(77)}…\n`,
    );
  });

  it('tell a question with its answer, and only the answer to whoever was asked', async () => {
    const asked: RunEventBody[] = [
      { type: 'permission.requested', id: 'p', ask: { ...ask, detail: { type: 'command', text: 'git\u202e status' } } },
      { type: 'permission.decided', id: 'p', answer: { outcome: 'deny', message: 'Not now.' }, by: 'policy' },
    ];
    const answer = '  denied by policy: Not now.\n';
    expect(await notesOf(...asked)).toBe(
      '? Runs a command\n  shell_run of tool-shell@0.1.0\n  $ git\\u{202e} status\n  touches:\n    exec  git status\n' +
        `  reason: no rule allows it\n${answer}`,
    );
  });

  it('tell which commands of a line are not allowed yet, where there are several', async () => {
    const undecided = ['curl https://x.example', 'sh\u202e'];
    const answered: RunEventBody = { type: 'permission.decided', id: 'p', answer: { outcome: 'once' }, by: 'policy' };
    const notes = await notesOf({ type: 'permission.requested', id: 'p', ask: { ...ask, undecided } }, answered);
    expect(notes).toContain('  not allowed yet:\n    curl https://x.example\n    sh\\u{202e}\n  reason: ');
    const one = await notesOf({ type: 'permission.requested', id: 'p', ask: { ...ask, undecided: ['sh'] } }, answered);
    expect(one).not.toContain('not allowed yet');
  });

  it('show diffs, sub-agents and what a rule would remember', async () => {
    const wouldStore = { effect: 'allow', action: 'exec', match: 'git *' } as const;
    const detail = { type: 'diff', text: '@@ -1 +1 @@\n-a\n+b\n' } as const;
    const origin = { ...ask.origin, agents: ['main', 'helper'] };
    const notes = await notesOf(
      { type: 'item.completed', item: { type: 'file_change', id: 'f', path: 'a.ts', diff: '-a\n+b\n' } },
      { type: 'item.started', item: { type: 'subagent', id: 's', name: 'helper', status: 'in_progress' } },
      { type: 'permission.requested', id: 'p', ask: { ...ask, detail, wouldStore, origin } },
      { type: 'permission.decided', id: 'p', answer: { outcome: 'session' }, by: 'person' },
    );
    expect(notes).toBe(`± a.ts
-a
+b
» subagent helper
? Runs a command
  shell_run of tool-shell@0.1.0, asked by main > helper
  │ @@ -1 +1 @@
  │ -a
  │ +b
  touches:
    exec  git status
  reason: no rule allows it
  s and a would store: allow exec git *
  allowed (session) by person
`);
  });

  it('tell a failure once, in three lines', async () => {
    const error = { code: 'RUSTIC_X', message: 'Why.\nMore.' };
    const run = completed({ status: 'failed', exitCode: 1, errors: [error] });
    expect(await notesOf({ type: 'turn.failed', error }, run)).toBe(
      `✗ The run failed (RUSTIC_X)\n  Why.\n  More.\n  Fix: Run: rustic explain RUSTIC_X\n${done}`,
    );
  });

  it('tell retries, summaries and failed plugins', async () => {
    const notes = await notesOf(
      { type: 'retry', attempt: 2, max: 3, delayMs: 500, reason: 'busy' },
      { type: 'compaction', before: 900, after: 100 },
      {
        type: 'plugin.failed',
        plugin: 'bad',
        error: { code: 'RUSTIC_PLUGIN_SETUP', message: 'It fell.', fix: 'Fix it.' },
      },
    );
    expect(notes).toBe(
      '… busy: try 2 of 3 in 500 ms\n… the history was summarised: 900 to 100 tokens\n' +
        '✗ The plugin bad failed (RUSTIC_PLUGIN_SETUP)\n  It fell.\n  Fix: Fix it.\n',
    );
  });

  it('end with the cost where it is known, and mark an estimate', async () => {
    expect(await notesOf(completed({ usage: { ...usage, costUsd: 0.00123 } }))).toBe(
      'session s-1 · tokens 12 in, 34 out · $0.0012\n',
    );
    expect(await notesOf(completed({ usage: { ...usage, estimated: true } }))).toBe(
      'session s-1 · tokens ~12 in, ~34 out\n',
    );
  });
});

describe('colour', () => {
  it.each([
    ['on a terminal', true, { TERM: 'xterm' }, true],
    ['with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['not off a terminal', false, {}, false],
    ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('is used %s', async (_, tty, env: Record<string, string>, coloured) => {
    const { notes } = await show(
      tty,
      [{ type: 'turn.failed', error: { code: 'RUSTIC_X', message: 'Why.' } }, completed()],
      env,
    );
    expect(notes.includes('\u001b[')).toBe(coloured);
  });
});
