import type { Access, Approver, Ask } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import answers from '@rustic-ai/plugin-policy-answers';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Conditions {
  readonly operation?: string;
  readonly name?: string;
  readonly action?: string;
  readonly resource?: string;
}
interface Listed extends Conditions {
  readonly answer: 'once' | 'session' | 'deny';
  readonly message?: string;
  readonly times?: number;
}

const own: Access = { action: 'tool', resource: 'shell_run' };
const exec = (resource: string): Access => ({ action: 'exec', resource });
const ask = (accesses: readonly Access[], more: Partial<Ask> = {}): Ask => ({
  operation: 'tool',
  name: 'shell_run',
  plugin: 'tool-shell',
  version: '0.1.0',
  accesses: [own, ...accesses],
  title: 'Runs a command',
  detail: { type: 'command', text: 'git status' },
  origin: { plugin: 'host', agents: ['main'], trigger: 'agent', headless: false },
  reason: 'no rule allows it',
  ...more,
});
const { signal } = new AbortController();
const unlisted = { outcome: 'deny', message: 'No answer for this question is listed.' };

async function open(...listed: readonly Listed[]): Promise<Approver> {
  const options = { answers: listed.map((each) => ({ ...each })) };
  const kernel = await createTestKernel({ plugins: [[answers, options]], ownApprover: true });
  onTestFinished(() => kernel.dispose());
  return kernel.service('approver');
}

describe('a wildcard', () => {
  it.each([
    ['*', '', true],
    ['*', 'any / thing', true],
    ['git *', 'git status', true],
    ['git *', 'git', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['ab*b', 'ab', false],
    ['exact', 'exact', true],
    ['exact', 'exactly', false],
    ['**', 'x', true],
    ['a.c', 'abc', false],
  ])('%s for %s: %s', async (pattern, text, expected) => {
    const approver = await open({ resource: pattern, answer: 'once' });
    expect(await approver.ask(ask([exec(text)]), signal)).toEqual(expected ? { outcome: 'once' } : unlisted);
  });
});

describe('a listed answer', () => {
  const both = [exec('git status'), exec('curl https://x.example')];
  it.each<[string, Conditions, 'once' | 'deny', readonly Access[], boolean]>([
    ['without conditions is for everything', {}, 'once', both, true],
    ['is for its operation', { operation: 'model' }, 'once', both, false],
    ['is for its name', { name: 'shell_*' }, 'once', both, true],
    ['is not for another name', { name: 'fs_*' }, 'once', both, false],
    ['that allows must fit every access', { action: 'exec', resource: 'git *' }, 'once', both, false],
    [
      'that allows fits when it covers them all',
      { action: 'exec', resource: 'git *' },
      'once',
      [exec('git log')],
      true,
    ],
    ['that denies needs one access', { action: 'exec', resource: 'curl *' }, 'deny', both, true],
    ['that denies is not for others', { action: 'net' }, 'deny', both, false],
    ['is for the call itself when it touches nothing', { action: 'tool', resource: 'shell_run' }, 'once', [], true],
    ['for the call itself does not cover what it touches', { action: 'tool' }, 'once', both, false],
  ])('%s', async (_, conditions, answer, accesses, expected) => {
    const approver = await open({ ...conditions, answer });
    expect(await approver.ask(ask(accesses), signal)).toEqual(expected ? { outcome: answer } : unlisted);
  });

  it('with a condition on accesses is not for a question without any', async () => {
    const bare = ask([], { accesses: [] });
    expect(await (await open({ action: 'exec', answer: 'once' })).ask(bare, signal)).toEqual(unlisted);
    expect(await (await open({ answer: 'once' })).ask(bare, signal)).toEqual({ outcome: 'once' });
  });
});

describe('the approver', () => {
  it('gives the first answer that fits, as often as it may be used', async () => {
    const approver = await open(
      { name: 'shell_run', answer: 'once', times: 2 },
      { name: 'shell_run', answer: 'deny', message: 'Enough.' },
      { answer: 'once' },
    );
    const given = [];
    for (let count = 0; count < 3; count++) given.push(await approver.ask(ask([]), signal));
    expect(given).toEqual([{ outcome: 'once' }, { outcome: 'once' }, { outcome: 'deny', message: 'Enough.' }]);
  });

  it('denies what is not listed, and what was withdrawn', async () => {
    expect(await (await open()).ask(ask([]), signal)).toEqual(unlisted);
    expect(await (await open({ answer: 'once' })).ask(ask([]), AbortSignal.abort())).toEqual({
      outcome: 'deny',
      message: 'The question was withdrawn.',
    });
  });

  it('allows for the session only what can be remembered', async () => {
    const approver = await open({ answer: 'session' });
    const wouldStore = { effect: 'allow', action: 'exec', match: 'git status' } as const;
    expect(await approver.ask(ask([], { wouldStore }), signal)).toEqual({ outcome: 'session' });
    expect(await approver.ask(ask([]), signal)).toEqual({ outcome: 'once' });
  });
});
