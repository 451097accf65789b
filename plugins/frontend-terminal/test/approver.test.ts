import { describe, expect, it } from 'vitest';
import { createApprover } from '../src/approver.js';
import { createDesk } from '../src/desk.js';
import { noStyle } from '../src/style.js';
import { ask, createStreams } from './helper.js';

function open(tty: boolean) {
  const terminal = createStreams({ tty });
  return { ...terminal, approver: createApprover(terminal.streams, createDesk(terminal.streams), noStyle) };
}
const never = new AbortController().signal;
const question = 'y once · n no · e no, with a message [n] ';

describe('the approver', () => {
  it('shows everything on stderr and takes the answer from stdin', async () => {
    const { approver, written, type, seen } = open(true);
    const answer = approver.ask({ ...ask, reason: 'a rule \u001b[8mhides' }, never);
    await seen(question, 'stderr');
    type('y\n');
    expect(await answer).toEqual({ outcome: 'once' });
    expect(written.stdout).toBe('');
    expect(written.stderr).toContain('  $ git status\n  touches:\n    exec  git status\n  reason: a rule ^[[8mhides\n');
  });

  it('asks one question at a time', async () => {
    const { approver, written, type, seen } = open(true);
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
    const { approver, type, seen } = open(true);
    const answer = approver.ask(ask, never);
    await seen(question, 'stderr');
    type('y\nand more\n');
    await seen(question, 'stderr');
    type('\n');
    expect(await answer).toEqual({ outcome: 'deny' });
  });

  it('denies when the question is withdrawn, before and while it is put', async () => {
    const { approver, seen } = open(true);
    const withdrawn = { outcome: 'deny', message: 'The question was withdrawn.' };
    expect(await approver.ask(ask, AbortSignal.abort())).toEqual(withdrawn);
    const controller = new AbortController();
    const answer = approver.ask(ask, controller.signal);
    await seen(question, 'stderr');
    controller.abort();
    expect(await answer).toEqual(withdrawn);
  });

  it('denies when input ends', async () => {
    const { approver, streams, seen } = open(true);
    const answer = approver.ask(ask, never);
    await seen(question, 'stderr');
    streams.stdin.end();
    expect(await answer).toEqual({ outcome: 'deny', message: 'The question was not answered.' });
  });

  it('denies without a terminal, and says so', async () => {
    const { approver, written } = open(false);
    expect(await approver.ask(ask, never)).toEqual({ outcome: 'deny', message: 'There is no terminal to ask on.' });
    expect(written.stderr).toBe('');
    expect(approver.wasShown(ask)).toBe(false);
  });

  it('remembers once which questions it showed', async () => {
    const { approver, type, seen } = open(true);
    const answer = approver.ask(ask, never);
    await seen(question, 'stderr');
    type('y\n');
    await answer;
    expect([approver.wasShown({ ...ask }), approver.wasShown(ask)]).toEqual([true, false]);
  });
});
