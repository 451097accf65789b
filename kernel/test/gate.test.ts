import type { Access, Answer, Rule } from '@rustic-ai/kernel';
import type { TestKernel, TestKernelOptions } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const effects = (kind: 'none' | 'read' | 'write' | 'destructive') => ({ kind, idempotent: false, openWorld: false });
const access = (input: unknown) => (input as { accesses?: Access[] }).accesses ?? [];
/** Tools that touch what their input says. */
const tools = toolbox('tools', {
  fs_read: { effects: effects('read'), access },
  fs_edit: { effects: effects('write'), access },
  shell_run: { effects: effects('write'), access },
  fs_wipe: { effects: effects('destructive'), access },
  pure: { effects: effects('none'), access },
});
const compose = (options: Partial<TestKernelOptions> = {}) => open({ plugins: [tools], ...options });
const rule = (effect: Rule['effect'], action: string, match: string, more: Partial<Rule> = {}): Rule => ({
  effect,
  action,
  match,
  ...more,
});
const exec = (resource: string) => ({ action: 'exec', resource });
const at = (action: string, resource: string) => ({ action, resource });
/** How a call is decided: `allow`, or the code of its refusal, and whether somebody was asked. */
async function decide(kernel: TestKernel, name: string, accesses: readonly Access[], headless = false) {
  const asked = kernel.asks.length;
  const call = kernel.call({ headless });
  const refused = await refusal(
    kernel
      .use('tool')
      .get(name)
      .invoke({ accesses } as never, call),
  );
  return [refused?.code ?? 'allow', kernel.asks.length > asked ? 'asked' : (await kernel.audit()).at(-1)?.by];
}
const denied = 'RUSTIC_PERMISSION_DENIED';

describe('without a rule', () => {
  it.each([
    ['a read inside the workspace', 'fs_read', [at('fs.read', 'src/a.ts')], ['allow', 'default']],
    ['a read outside of it', 'fs_read', [at('fs.read', '/etc/hostname')], [denied, 'asked']],
    ['a read on another machine', 'fs_read', [{ ...at('fs.read', '/src/a.ts'), target: 'prod' }], [denied, 'asked']],
    ['a write', 'fs_edit', [at('fs.write', 'src/a.ts')], [denied, 'asked']],
    ['a command', 'shell_run', [exec('git status')], [denied, 'asked']],
    ['a host', 'shell_run', [at('net', 'https://x.example')], [denied, 'asked']],
    ['a secret', 'shell_run', [at('secret', 'KEY')], [denied, 'asked']],
    ['a tool that touches nothing', 'fs_edit', [], ['allow', 'default']],
    ['a destructive tool, whatever it touches', 'fs_wipe', [], [denied, 'asked']],
    ['a pure tool', 'pure', [], ['allow', 'default']],
  ])('%s is decided by what it touches', async (_, name, accesses, decided) => {
    expect(await decide(await compose(), name, accesses)).toEqual(decided);
  });

  it('a tool without effects is asked about as the worst', async () => {
    const kernel = await open({
      plugins: [
        plugin({ id: 'bare', contributes: { tool: { bare: { summary: 'Bare' } } } }, () => ({
          tool: { bare: { run: () => said('bare') } },
        })),
      ],
    });
    expect(await decide(kernel, 'bare', [])).toEqual([denied, 'asked']);
  });

  it('a pure tool that touches something is refused', async () => {
    const kernel = await compose();
    const refused = await refusal(
      kernel
        .use('tool')
        .get('pure')
        .invoke({ accesses: [exec('ls')] }, kernel.call()),
    );
    expect(refused).toEqual({
      code: 'RUSTIC_OPERATION_EFFECTS',
      details: { operation: 'tool', name: 'pure', action: 'exec' },
    });
    expect(await kernel.audit()).toMatchObject([{ name: 'pure', decision: 'deny', by: 'effects' }]);
  });

  it('nobody there to ask means no', async () => {
    const kernel = await compose({ answers: [{ outcome: 'once' }] });
    expect(await decide(kernel, 'fs_edit', [at('fs.write', 'a')], true)).toEqual([denied, 'policy']);
    expect(await decide(kernel, 'fs_read', [at('fs.read', 'a')], true)).toEqual(['allow', 'default']);
  });
});

describe('rules', () => {
  it.each<[string, Rule[], readonly Access[], string]>([
    ['an allow covers one access', [rule('allow', 'exec', 'git status')], [exec('git status')], 'allow'],
    ['and not the next', [rule('allow', 'exec', 'git status')], [exec('git status'), exec('curl x')], denied],
    [
      'a deny beats an allow, before it',
      [rule('deny', 'exec', 'git **'), rule('allow', 'exec', '**')],
      [exec('git push')],
      denied,
    ],
    ['and after it', [rule('allow', 'exec', '**'), rule('deny', 'exec', 'git **')], [exec('git push')], denied],
    [
      'an ask beats an allow',
      [rule('allow', 'exec', '**'), rule('ask', 'exec', 'git push')],
      [exec('git push')],
      denied,
    ],
    ['a rule of another action is none', [rule('allow', 'fs.read', '**')], [exec('git status')], denied],
    [
      'a deny on the tool itself counts',
      [rule('allow', 'exec', '**'), rule('deny', 'tool', 'shell_*')],
      [exec('ls')],
      denied,
    ],
    ['an allow on the tool is none for what it touches', [rule('allow', 'tool', '*')], [exec('ls')], denied],
    [
      'an expired one is none',
      [rule('allow', 'exec', 'ls', { expires: '2020-01-01T00:00:00Z' })],
      [exec('ls')],
      denied,
    ],
    [
      'one that has not expired counts',
      [rule('allow', 'exec', 'ls', { expires: '2999-01-01T00:00:00Z' })],
      [exec('ls')],
      'allow',
    ],
    [
      'one for this plugin counts',
      [rule('allow', 'exec', 'ls', { origin: { plugin: 'tools' } })],
      [exec('ls')],
      'allow',
    ],
    ['one for another does not', [rule('allow', 'exec', 'ls', { origin: { plugin: 'other' } })], [exec('ls')], denied],
    [
      'one for this machine counts',
      [rule('allow', 'exec', 'ls', { origin: { target: 'local' } })],
      [exec('ls')],
      'allow',
    ],
    [
      'and is none elsewhere',
      [rule('allow', 'exec', 'ls', { origin: { target: 'local' } })],
      [{ ...exec('ls'), target: 'prod' }],
      denied,
    ],
  ])('%s', async (_, rules, accesses, decided) => {
    expect((await decide(await compose({ rules }), 'shell_run', accesses))[0]).toBe(decided);
  });

  it('a denied call asks nobody and says why', async () => {
    const kernel = await compose({
      rules: [rule('deny', 'exec', 'rm **', { reason: 'Never remove.' })],
      answers: [{ outcome: 'once' }],
    });
    expect(
      await refusal(
        kernel
          .use('tool')
          .get('shell_run')
          .invoke({ accesses: [exec('rm -r x')] }, kernel.call()),
      ),
    ).toEqual({
      code: denied,
      details: {
        operation: 'tool',
        name: 'shell_run',
        access: 'tool shell_run, exec rm -r x',
        by: 'rule',
        message: 'Never remove.',
      },
    });
    expect(kernel.asks).toEqual([]);
    expect(await kernel.audit()).toMatchObject([{ decision: 'deny', by: 'rule', rule: 'deny exec rm **' }]);
  });

  it('are judged by the clock of the host', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const kernel = await compose({
      rules: [rule('allow', 'exec', 'ls', { expires: '2026-01-02T00:00:00Z' })],
      host: { now: () => now },
    });
    expect((await decide(kernel, 'shell_run', [exec('ls')]))[0]).toBe('allow');
    now = Date.parse('2026-01-02T00:00:00Z');
    expect((await decide(kernel, 'shell_run', [exec('ls')]))[0]).toBe(denied);
  });

  it.each<[string, unknown, string]>([
    ['no object', null, '"effect" must be one of'],
    ['an effect', rule('permit' as never, 'exec', 'ls'), '"effect" must be one of allow, ask, deny'],
    ['an action', rule('allow', 'fs.reed', 'x'), '"action" must be one of'],
    ['a match', { effect: 'deny', action: 'exec' }, '"match" is empty'],
    ['an empty match', rule('deny', 'exec', ''), '"match" is empty'],
    ['a host', rule('deny', 'net', 'http://a/b/c'), 'it is not [scheme://]host[:port]'],
    ['a field', { ...rule('deny', 'exec', 'ls'), matches: 'x' }, '"matches" is not a field of a rule'],
    [
      'a filter',
      rule('allow', 'exec', '**', { origin: { agnet: 'x' } as never }),
      '"agnet" is not a field of "origin"',
    ],
    ['a filter that is text', rule('allow', 'exec', '**', { origin: 'x' as never }), '"origin" is not an object'],
    ['a time', rule('allow', 'exec', 'ls', { expires: 'tomorrow' }), '"expires" is no ISO 8601 time'],
  ])('with %s that makes no sense are refused at the start', async (_, bad, reason) => {
    await expect(compose({ rules: [bad as Rule] })).rejects.toMatchObject({
      code: 'RUSTIC_RULE_INVALID',
      details: { reason: expect.stringContaining(reason) },
    });
  });
});

describe('the ceiling', () => {
  const granted = (match: string, action = 'exec') =>
    toolbox(
      'tools',
      { shell_run: { effects: effects('write'), access } },
      { permissions: [{ action, match, reason: 'the test' }] },
    );

  it.each([
    ['what was not granted', granted('git status'), 'git push'],
    ['another action', granted('**', 'net'), 'git status'],
    ['a line that is not understood', granted('echo *'), 'echo a;rm b'],
  ])('refuses %s, whatever the rules and the answer say', async (_, plugin, line) => {
    const kernel = await open({
      plugins: [plugin],
      rules: [rule('allow', 'exec', '**')],
      answers: [{ outcome: 'once' }],
    });
    expect(await refusal(kernel.use('tool').default.invoke({ accesses: [exec(line)] }, kernel.call()))).toEqual({
      code: 'RUSTIC_PERMISSION_CEILING',
      details: { plugin: 'tools', access: `exec ${line}` },
    });
    expect(kernel.asks).toEqual([]);
    expect(await kernel.audit()).toMatchObject([{ decision: 'deny', by: 'ceiling' }]);
  });

  it('grants nothing by itself', async () => {
    const kernel = await open({ plugins: [granted('git status')] });
    expect(await decide(kernel, 'shell_run', [exec('git status')])).toEqual([denied, 'asked']);
  });
});

describe('gate taps', () => {
  const gate = (answer: unknown) => tapping('gate', { 'tool.call': (() => answer) as never });
  const run = async (answer: unknown, answers: Answer[] = [{ outcome: 'once' }]) => {
    const kernel = await open({ plugins: [tools, gate(answer)], answers });
    return { kernel, refused: await refusal(kernel.use('tool').get('pure').invoke({}, kernel.call())) };
  };

  it('can deny, with a reason and a row in the audit', async () => {
    const { kernel, refused } = await run({ deny: 'not today' });
    expect(refused).toEqual({
      code: denied,
      details: { operation: 'tool', name: 'pure', access: 'tool pure', by: 'hook', message: 'not today' },
    });
    expect(await kernel.audit()).toMatchObject([{ decision: 'deny', by: 'hook' }]);
  });

  it('can have a person asked, each time', async () => {
    const { kernel, refused } = await run({ ask: 'sure?' }, [{ outcome: 'session' }]);
    expect(refused).toBeUndefined();
    expect(kernel.asks).toMatchObject([{ reason: 'sure?' }]);
    expect(kernel.asks[0]?.wouldStore).toBeUndefined();
    await kernel.use('tool').get('pure').invoke({}, kernel.call());
    expect(kernel.asks).toHaveLength(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s denies', async (_, tap) => {
    const kernel = await open({ plugins: [tools, tapping('gate', { 'tool.call': tap })] });
    expect(await refusal(kernel.use('tool').get('pure').invoke({}, kernel.call()))).toMatchObject({
      code: denied,
      details: { by: 'hook', message: expect.stringContaining('"gate" in-code on "tool.call" can not answer') },
    });
  });

  it.each([[{ allow: true }], [true], [null], ['deny'], [{ deny: true }], [{}], [0]])(
    'that answers %j denies: it can not allow',
    async (answer) => {
      const { refused } = await run(answer);
      expect(refused).toMatchObject({ code: denied, details: { by: 'hook' } });
    },
  );

  it('can not allow what a rule denies', async () => {
    const kernel = await open({ plugins: [tools, gate(undefined)], rules: [rule('deny', 'tool', 'pure')] });
    expect(await decide(kernel, 'pure', [])).toEqual([denied, 'rule']);
  });
});
