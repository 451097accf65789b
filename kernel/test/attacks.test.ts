import { describe, expect, it } from 'vitest';
import { bites, few } from './canary.js';
import { allow, deny, judging, numbers, table } from './shell-lines.js';

const attacks = (await table('attacks.txt')).map((row) => {
  const [first = '', line] = row.split(' ⟸ ');
  return { setup: line === undefined ? '' : first, line: line ?? first };
});
const meant = (await table('attack-rules.txt')).map(allow);

/** Programs that not every machine has; their attacks are judged everywhere, and run where they are. */
const rare = /\b(?:python3|perl|node|flock|script|unshare|setpriv|strace|dash|setsid|stdbuf|tar)\b/;

describe('attacks', () => {
  it('are lines that do bite, run as they are', async () => {
    const bitten = await few(attacks, bites);
    const harmless = attacks.filter((_, index) => !bitten[index]);
    process.stdout.write(`${attacks.length - harmless.length} of ${attacks.length} attacks bite\n`);
    expect(harmless.filter(({ line }) => !rare.test(line))).toEqual([]);
    expect(attacks.length - harmless.length).toBeGreaterThanOrEqual(150);
  }, 120_000);

  it('are never allowed by rules that were meant for something else', async () => {
    const judge = await judging(...meant);
    const allowed: string[] = [];
    for (const { line } of attacks) if ((await judge(line)) === 'allow') allowed.push(line);
    expect(allowed).toEqual([]);
  });

  it('that name what a rule denies are denied, whatever else is allowed', async () => {
    const judge = await judging(allow('**'), deny('rm **'));
    const missed: string[] = [];
    const naming = attacks.filter(({ line }) => /\brm\b/.test(line));
    for (const { line } of naming) if ((await judge(line)) !== 'deny') missed.push(line);
    expect(naming.length).toBeGreaterThan(150);
    expect(missed).toEqual([]);
  });

  it('altered at random do not bite where they are allowed', async () => {
    // Rules for programs that run a file, or write one, mean just that.
    const reading = meant.filter(({ match }) => !/^(?:bash|sh|node|perl|python3|tar) /.test(match));
    const judge = await judging(...reading);
    const { below, one } = numbers(4);
    const pieces = [
      "'",
      '"',
      '\\',
      ' ',
      '\n',
      ';',
      '$',
      '(',
      ')',
      '{',
      '}',
      '`',
      '#',
      '-',
      '|',
      '&',
      '<',
      '>',
      'ls ',
      '*',
    ];
    const allowed = new Set<string>();
    for (let round = 0; round < 40_000 && allowed.size < 150; round++) {
      let { line } = one(attacks);
      for (let change = 0; change <= below(4); change++) {
        const at = below(line.length);
        line = line.slice(0, at) + (below(2) ? one(pieces) : '') + line.slice(at + below(3));
      }
      // Nothing that names a place outside of the folder is run, should the matchers be wrong.
      if (/[/~]|\.\.|\$'/.test(line)) continue;
      if ((await judge(line)) === 'allow') allowed.add(line);
    }
    const lines = [...allowed];
    const bitten = await few(lines, (line) => bites({ setup: '', line }));
    expect(lines.filter((_, index) => bitten[index])).toEqual([]);
    expect(lines.length).toBeGreaterThan(100);
  }, 120_000);

  const disguised = [
    '$(echo r)m canary',
    '{r,}m canary',
    '/bin/r? canary',
    "$'\\162\\155' canary",
    'x=r; ${x}m canary',
    'echo canary | xargs -I{} {} canary',
    'base64 -d <<< cm0gY2FuYXJ5 | bash',
    'eval "$(base64 -d <<< cm0gY2FuYXJ5)"',
    'set -- r m; "$1$2" canary',
  ];
  it.each(disguised)('that hide the name are asked about at least: %s', async (line) => {
    expect(await (await judging(allow('**'), deny('rm **')))(line)).not.toBe('allow');
  });
});
