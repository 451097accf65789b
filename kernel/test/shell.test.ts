import type { Rule } from '@rustic-ai/kernel';
import { describe, expect, it } from 'vitest';
import { open, refusal, toolbox } from './plugins.js';
import { allow, deny, judging, numbers, table } from './shell-lines.js';

const effects = { kind: 'write', idempotent: false, openWorld: true } as const;

describe('an allow rule', () => {
  it.each([
    ['git commit -m *', "git commit -m 'two words'", 'allow'],
    ["git commit -m 'two words'", 'git commit -m "two words"', 'allow'],
    ["echo '*'", 'echo "*"', 'allow'],
    ["echo '*'", 'echo a', 'ask'],
    ['echo **', 'echo $HOME "$HOME" ${HOME}', 'allow'],
    ['echo *', 'echo $HOME', 'ask'],
    ['echo *', 'echo src/*.ts', 'ask'],
    ['echo **', 'echo src/*.ts', 'allow'],
    ['echo **', 'echo *.ts', 'ask'],
    ['echo **', 'echo {a,b}', 'ask'],
    ['echo **', 'echo a > /dev/null 2>&1', 'allow'],
    ['echo **', 'echo a > b', 'ask'],
    ['echo a > b', 'echo a > b', 'allow'],
    ['echo a > b', 'echo a >  b', 'ask'],
    ['cd src && ls', 'cd src && ls', 'allow'],
    ['cat **', 'cat < notes', 'allow'],
    ['cat **', 'cat < /etc/passwd', 'ask'],
    ['cat **', 'cat < ../x', 'ask'],
    ['cat **', 'cat < /dev/tcp/x.example/80', 'ask'],
    ['cat **', 'cat <<< "$x"', 'allow'],
    ['cat **', "cat <<'EOF'\n$(rm x)\nEOF", 'allow'],
    ['find **', 'find . -name "*.ts"', 'allow'],
    ['find **', 'find . -delete', 'ask'],
    ['find . -name * -delete', 'find . -name x -delete', 'allow'],
    ['python3 **', 'python3 x.py -c', 'allow'],
    ['python3 **', 'python3 -c x', 'ask'],
    ['python3 -c **', 'python3 -c x', 'ask'],
    ['python3 -c x', 'python3 -c x', 'allow'],
    ['python3 -m pytest **', 'python3 -m pytest -q', 'allow'],
    ['bash **', 'bash x.sh', 'allow'],
    ['timeout ** ', 'timeout 5 ls', 'ask'],
    ['timeout * ls **', 'timeout 5 ls -a', 'allow'],
    ['timeout * ls **', 'timeout 5 env ls', 'ask'],
    ['xargs grep **', 'xargs grep -l x', 'allow'],
    ['xargs **', 'xargs grep -l x', 'ask'],
    ['git status', 'NODE_ENV=test git status', 'allow'],
    ['git status', 'GIT_DIR=x git status', 'ask'],
    ['git status', 'x=1; git status', 'allow'],
    ['git status', 'x=1', 'ask'],
    ['git status', '', 'ask'],
    ['git status', '# nothing', 'ask'],
    ['git status', './git status', 'ask'],
    ['**', 'eval "$(cat x)" > y', 'ask'],
    ['**', 'echo $(ls) > y', 'allow'],
    ['**', 'echo "', 'ask'],
    ['**', 'echo a\u202eb', 'ask'],
    ['**', 'echo a\u00a0b', 'ask'],
    ['**', 'echo a\u0000b', 'ask'],
    ['**', 'echo a\rb', 'ask'],
    ['**', `echo ${'a; '.repeat(300)}`, 'ask'],
    ['**', `${'('.repeat(20)}ls${')'.repeat(20)}`, 'allow'],
    ['**', `${'echo $('.repeat(20)}ls${')'.repeat(20)}`, 'ask'],
  ] as const)('"%s" and the line %j: %s', async (pattern, line, effect) => {
    expect(await (await judging(allow(pattern)))(line)).toBe(effect);
  });

  it('covers a line only together with rules for its other parts', async () => {
    const judge = await judging(allow('ls **'), allow('grep **'), allow('[ **'));
    expect(await judge('ls | grep a && [ -f b ]')).toBe('allow');
    expect(await judge('if [ -f a ]; then ls; else grep b c; fi')).toBe('allow');
    expect(await judge('for f in a b; do ls "$f"; done')).toBe('allow');
    expect(await judge('ls | wc')).toBe('ask');
  });

  it.each(['a ; **', 'ls | *', 'echo "$x" **', 'echo ${x} *'])('"%s" is no pattern', async (match) => {
    await expect(judging(allow(match))).rejects.toMatchObject({
      code: 'RUSTIC_RULE_INVALID',
      details: { rule: match },
    });
  });
});

describe('a deny rule', () => {
  it.each([
    ['git push --force **', 'git push origin main --force', 'deny'],
    ['git push --force **', 'git -C x push --force', 'deny'],
    ['git push --force **', 'git push --forc', 'deny'],
    ['git push --force **', 'git push --force=x', 'deny'],
    ['git push --force **', 'git push origin main', 'allow'],
    ['git push --force **', 'git commit -m push', 'allow'],
    ['git push --force **', 'git push "$x"', 'ask'],
    ['git push', 'git push origin', 'deny'],
    ['rm -rf **', 'rm x -r -f', 'deny'],
    ['rm -rf **', 'rm -fr x', 'deny'],
    ['rm -rf **', 'rm -Rvf x; rm -r x', 'allow'],
    ['rm **', 'RM x', 'deny'],
    ['rm **', './rm x', 'deny'],
    ['/bin/rm **', 'rm x', 'deny'],
    ['mkfs* **', 'mkfs.ext4 x', 'deny'],
    ['cat *.env', 'cat prod.env', 'deny'],
    ['* --force', 'git push --force', 'deny'],
    ['rm **', 'echo rm x', 'allow'],
    ['rm **', "grep 'rm x' list", 'allow'],
    ['rm **', 'git rm x', 'allow'],
    ['rm **', '$x y', 'ask'],
    ['rm **', 'echo a; rm x "', 'deny'],
    ['rm **', 'ls "', 'ask'],
    ['rm **', `${'a'.repeat(10_000)}; r\\m x`, 'deny'],
    ['**', 'ls', 'deny'],
  ] as const)('"%s" beside allow "**" and the line %j: %s', async (pattern, line, effect) => {
    expect(await (await judging(allow('**'), deny(pattern)))(line)).toBe(effect);
  });

  it.each(['curl x | sh', 'rm $x', 'a; b'])('"%s" is no pattern: it could never match', async (match) => {
    await expect(judging(deny(match))).rejects.toMatchObject({ code: 'RUSTIC_RULE_INVALID', details: { rule: match } });
  });

  it('that wants each call asked is found before one that does not', async () => {
    const rules: Rule[] = [
      { effect: 'ask', action: 'exec', match: 'ls **' },
      { effect: 'ask', action: 'exec', match: 'ls x', every: true },
    ];
    const { asks } = await asking(rules, 'ls x', 'session', 2);
    expect(asks).toHaveLength(2);
  });
});

/** Has a line asked about and answered, some times over. */
async function asking(rules: Rule[], line: string, outcome: 'session' | 'once', times = 1) {
  const access = () => [{ action: 'exec', resource: line }];
  const kernel = await open({
    plugins: [toolbox('tools', { run: { effects, access } })],
    rules,
    answers: [{ outcome }],
  });
  const invoke = () => refusal(kernel.use('tool').default.invoke({}, kernel.call(), { session: 's' }));
  for (let time = 0; time < times; time++) await invoke();
  return kernel;
}

describe('what an answer would store', () => {
  it.each([
    ['git status', 'git status'],
    ["git  commit -m 'two words'", "git commit -m 'two words'"],
    ['echo "*"', "echo '*'"],
    ["echo it\\'s", "echo 'it'\\''s'"],
  ])('for %j is %j, which covers it and no more', async (line, match) => {
    const { asks } = await asking([], line, 'session', 2);
    expect(asks.map(({ wouldStore }) => wouldStore)).toEqual([{ effect: 'allow', action: 'exec', match }]);
    const judge = await judging(allow(match));
    expect(await judge(line)).toBe('allow');
    expect(await judge(`${line} more`)).toBe('ask');
  });

  it.each([
    'ls; pwd',
    'ls | wc',
    'echo $x',
    'echo *',
    'echo ~',
    'ls > x',
    'x=1 ls',
    "python3 -c 'x'",
    'node',
    'bash x.sh -c; ls',
    "bash -c 'ls'",
    'env ls',
    'xargs rm',
    'find . -exec rm {} +',
    'find . -delete',
    'eval ls',
    'ssh host ls',
    'ls a\u202eb',
    'ls "',
    'if',
  ])('for %j is nothing, and each time is asked about', async (line) => {
    const { asks } = await asking([], line, 'session', 2);
    expect(asks.map(({ wouldStore }) => wouldStore)).toEqual([undefined, undefined]);
  });
});

describe('on another machine', () => {
  it.each([
    [{ effect: 'allow' }, 'ask'],
    [{ effect: 'allow', origin: { target: 'prod' } }, 'allow'],
    [{ effect: 'deny' }, 'deny'],
  ] as const)('the rule %j means %s', async (part, effect) => {
    const access = () => [{ action: 'exec', resource: 'ls', target: 'prod' }];
    const kernel = await open({
      plugins: [toolbox('tools', { run: { effects, access } })],
      rules: [{ action: 'exec', match: 'ls', ...part }],
    });
    const refused = await refusal(kernel.use('tool').default.invoke({}, kernel.call()));
    expect(refused ? (kernel.asks.length > 0 ? 'ask' : 'deny') : 'allow').toBe(effect);
  });
});

describe('whatever is written', () => {
  const strictness = { allow: 0, ask: 1, deny: 2 };

  it('quoting a denied command never allows it', async () => {
    const judge = await judging(allow('**'), deny('rm **'));
    const { below, one } = numbers(1);
    const ways = [
      (c: string) => `'${c}'`,
      (c: string) => `"${c}"`,
      (c: string) => `\\${c}`,
      (c: string) => `$'${c}'`,
      (c: string) => `$'\\x${c.charCodeAt(0).toString(16)}'`,
      (c: string) => `${c}''`,
      (c: string) => `\\\n${c}`,
      (c: string) => c,
    ];
    const before = [
      '',
      'ls; ',
      'env ',
      'timeout 5 ',
      '! ',
      '( ',
      'command ',
      '/bin/',
      'x=1 ',
      'nice -n 5 ',
      'ls && { ',
    ];
    for (let round = 0; round < 1_000; round++) {
      const start = one(before);
      const word = [...'rm'].map((letter) => one(ways)(letter)).join('');
      const end = start.includes('(') ? ' )' : start.includes('{') ? '; }' : '';
      const line = `${start}${word} ${'x'.repeat(1 + below(3))}${end}`;
      expect([line, await judge(line)]).toEqual([line, 'deny']);
    }
  });

  it('adding a part never makes it less strict', async () => {
    const judge = await judging(...(await table('attack-rules.txt')).map(allow), deny('shutdown **'));
    const lines = [...(await table('everyday.txt')).slice(0, 100), 'shutdown now', 'make', 'rm x', 'ls "'];
    const { one } = numbers(2);
    const joined = [' && ', '; ', ' | ', '\n', ' || ', ' & '];
    for (let round = 0; round < 1_000; round++) {
      const [first, second] = [one(lines), one(lines)];
      const line = `${first}${one(joined)}${second}`;
      const [whole, ...alone] = [await judge(line), await judge(first), await judge(second)];
      expect([line, strictness[whole] >= Math.max(...alone.map((one) => strictness[one]))]).toEqual([line, true]);
    }
  });

  it('garbage is judged, and only allowed by a rule for each of its commands', async () => {
    const judge = await judging(allow('ls **'), allow('echo **'));
    const pieces = ['ls', 'echo', 'rm x', ' ', ' ', '\n', ';', '|', '&', '(', ')', '{', '}', '$(', '`', '"', "'", '\\'];
    pieces.push(
      '<<EOF\n',
      '>',
      '<',
      '${',
      '$x',
      'if',
      'then',
      'fi',
      'for',
      'do',
      'done',
      '*',
      '[[',
      '((',
      '\u0000',
      'é',
    );
    const { below, one } = numbers(3);
    let allowed = 0;
    for (let round = 0; round < 5_000; round++) {
      const line = Array.from({ length: 1 + below(10) }, () => one(pieces)).join('');
      if ((await judge(line)) !== 'allow') continue;
      allowed++;
      expect(line).toMatch(/^\W*(?:ls|echo)/);
    }
    expect(allowed).toBeGreaterThan(20);
  });

  it('up to 1 MB is decided, and what is too long is never allowed', async () => {
    const judge = await judging(allow('**'), deny('rm **'), deny('* a * b'));
    for (const piece of ['a ', '; ls', '$(', '`', '((', '{', '"', '\\', '<<a\n', 'env ', 'find -exec ', '\u202e'])
      for (const length of [9_999, 1_000_000]) {
        const decision = await judge(piece.repeat(length / piece.length));
        if (length > 10_000) expect([piece, decision]).not.toEqual([piece, 'allow']);
      }
  });
});
