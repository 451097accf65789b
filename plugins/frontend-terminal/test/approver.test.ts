import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, createStreams, createTerminal, playing } from './helper.js';

async function open(tty: boolean) {
  const terminal = createStreams({ tty });
  const { approver, kernel } = await createTerminal(terminal.streams, playing([]));
  onTestFinished(() => kernel.dispose());
  return { ...terminal, approver };
}
const wouldStore = { effect: 'allow', action: 'exec', match: 'git status' } as const;
const never = new AbortController().signal;
const question = 'y once · n no · e no, with a message [n] ';

describe('the approver', () => {
  it('shows everything on stderr and takes the answer from stdin', async () => {
    const { approver, written, type, seen } = await open(true);
    const answer = approver.ask({ ...ask, reason: 'a rule \u001b[8mhides' }, never);
    await seen(question, 'stderr');
    type('y\n');
    expect(await answer).toEqual({ outcome: 'once' });
    expect(written.stdout).toBe('');
    expect(written.stderr).toContain('  $ git status\n  touches:\n    exec  git status\n  reason: a rule ^[[8mhides\n');
  });

  it('asks one question at a time', async () => {
    const { approver, written, type, seen } = await open(true);
    const answers = [approver.ask({ ...ask, name: 'first' }, never), approver.ask({ ...ask, name: 'second' }, never)];
    await seen(question, 'stderr');
    expect(written.stderr).toContain('first of');
    expect(written.stderr).not.toContain('second of');
    type('n\n');
    await seen(question, 'stderr');
    type('y\n');
    expect(await Promise.all(answers)).toEqual([{ outcome: 'deny' }, { outcome: 'once' }]);
  });

  it('takes lines that arrive together for pasted text, and asks again', async () => {
    const { approver, type, seen } = await open(true);
    const answer = approver.ask(ask, never);
    await seen(question, 'stderr');
    type('y\nand more\n');
    await seen(question, 'stderr');
    type('\n');
    expect(await answer).toEqual({ outcome: 'deny' });
  });

  it('denies when the question is withdrawn, before and while it is put', async () => {
    const { approver, seen } = await open(true);
    const withdrawn = { outcome: 'deny', message: 'The question was withdrawn.' };
    expect(await approver.ask(ask, AbortSignal.abort())).toEqual(withdrawn);
    const controller = new AbortController();
    const answer = approver.ask(ask, controller.signal);
    await seen(question, 'stderr');
    controller.abort();
    expect(await answer).toEqual(withdrawn);
  });

  it('denies when input ends', async () => {
    const { approver, streams, seen } = await open(true);
    const answer = approver.ask(ask, never);
    await seen(question, 'stderr');
    streams.stdin.end();
    expect(await answer).toEqual({ outcome: 'deny', message: 'The question was not answered.' });
  });

  it('denies without a terminal, and says so', async () => {
    const { approver, written } = await open(false);
    expect(await approver.ask(ask, never)).toEqual({ outcome: 'deny', message: 'There is no terminal to ask on.' });
    expect(written.stderr).toBe('');
  });

  it.each([
    ['y', 'once'],
    ['Yes', 'once'],
    [' y ', 'once'],
    ['s', 'session'],
    ['a', 'project'],
    ['Always', 'project'],
    ['n', 'deny'],
    ['no', 'deny'],
    ['', 'deny'],
  ])('takes "%s" for %s', async (line, outcome) => {
    const { approver, type, seen } = await open(true);
    const answer = approver.ask({ ...ask, wouldStore }, never);
    await seen('y once · s session · a always here · n no · e no, with a message [n] ', 'stderr');
    type(`${line}\n`);
    expect(await answer).toEqual({ outcome });
  });

  it.each(['yes please delete everything', 'yikes', 'nothing', 'x', 's', 'a'])(
    'asks again after "%s"',
    async (line) => {
      const { approver, type, seen } = await open(true);
      const answer = approver.ask(ask, never);
      await seen(question, 'stderr');
      type(`${line}\n`);
      await seen(question, 'stderr');
      type('y\n');
      expect(await answer).toEqual({ outcome: 'once' });
    },
  );

  it.each([
    [' Use git. ', { outcome: 'deny', message: 'Use git.' }],
    ['', { outcome: 'deny' }],
  ])('takes a no with the message "%s"', async (message, expected) => {
    const { approver, type, seen } = await open(true);
    const answer = approver.ask(ask, never);
    await seen(question, 'stderr');
    type('e\n');
    await seen('message to the model: ', 'stderr');
    type(`${message}\n`);
    expect(await answer).toEqual(expected);
  });
});
