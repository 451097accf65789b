// What judging an access costs with many rules; figures of the plan as limits, and 1,000 rules beside 100 as ratios.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { compare, median } from './lib.mjs';

// The matchers have no door of their own: their source is imported, types stripped.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      context.parentURL?.includes('/kernel/src/') && specifier.startsWith('.')
        ? specifier.replace(/\.js$/, '.ts')
        : specifier,
      context,
    ),
});
const { compileRules } = await import('../src/permissions/match/rules.ts');

const asking = {
  call: { origin: { plugin: 'host', agents: [], trigger: 'person', headless: false } },
  plugin: 'bench',
};
const compile = (rules) =>
  compileRules({
    rules: rules.map((rule) => ({ scope: 'user', ...rule })),
    operations: new Set(['tool']),
    paths: { root: '/w', home: '/h' },
    now: () => 0,
  });
const many = (count, rule) => compile(Array.from({ length: count }, (_, index) => rule(index)));
const check = (name, found, limit, unit) => {
  console.log(`${(found <= limit ? 'ok' : 'OVER').padEnd(5)}${name}: ${found.toFixed(2)} ${unit} (limit ${limit})`);
  if (found > limit) process.exitCode = 1;
};
const variants = 1_000;
/** Unit: ns for one judgement. No two accesses are the same, so nothing is remembered. */
async function timer(rules, accessOf) {
  const accesses = Array.from({ length: variants }, (_, index) => accessOf(index));
  await rules.judge(accesses[0], asking);
  const once = () => {
    const start = performance.now();
    for (const access of accesses) rules.judge(access, asking);
    return ((performance.now() - start) * 1e6) / variants;
  };
  for (let round = 0; round < 10; round++) once();
  return once;
}

const cases = [
  {
    name: 'an action no rule is about',
    limit: 0.5,
    rule: (at) => ({ effect: 'allow', action: 'exec', match: `tool${at} run **` }),
    access: () => (at) => ({ action: 'net', resource: `https://h${at}.example` }),
  },
  {
    name: 'the last matching path rule',
    limit: 10,
    rule: (at) => ({ effect: 'allow', action: 'fs.write', match: at % 2 ? `src/d${at}/**` : `**/n${at}/*.ts` }),
    access: (count) => (at) => ({ action: 'fs.write', resource: `/w/src/d${count - 1}/a/b/file${at}.ts` }),
  },
  {
    name: 'a line of three commands',
    limit: 60,
    rule: (at) => ({ effect: at % 10 === 5 ? 'deny' : 'allow', action: 'exec', match: `tool${at} run **` }),
    access: (count) => (at) => ({
      action: 'exec',
      resource: `tool${count - 1} run a${at} && tool3 run --x ${at} | tool4 run 'a b' 2>&1`,
    }),
  },
];
for (const { name, limit, rule, access } of cases) {
  const [few, lots] = await Promise.all([100, 1_000].map((count) => timer(many(count, rule), access(count))));
  const found = median(Array.from({ length: 51 }, few)) / 1_000;
  check(`judging ${name}, 100 rules`, found, limit, 'µs');
  check(`judging ${name}, 1,000 rules`, median(Array.from({ length: 51 }, lots)) / 1_000, 3 * limit, 'µs');
  // Below a tenth of a microsecond the clock and the loop are what is measured.
  if (found > 0.1) await compare({ name: `${name}, 1,000 rules beside 100`, floor: few, subject: lots, limit: 3 });
}

const guarded = compile([
  { effect: 'allow', action: 'exec', match: '**' },
  { effect: 'deny', action: 'exec', match: 'rm **' },
  { effect: 'ask', action: 'exec', match: '* a * b' },
  { effect: 'deny', action: 'fs.write', match: '**/x*y/**/z' },
  { effect: 'deny', action: 'net', match: '*.evil.example' },
  { effect: 'deny', action: 'tool', match: 'a*b*c*d' },
]);
const pieces = [
  'a ',
  'rx ',
  '; ls',
  '$(',
  '`',
  '((',
  '{',
  '"',
  "'",
  '\\',
  'a=',
  '<<a\n',
  'if ',
  '${x:-',
  'env ',
  'find -exec ',
];
const odd = [
  'eval ',
  'bash -c ',
  'xargs ',
  'x{',
  '$x',
  '[[ ',
  'case a in ',
  '\u202e',
  'abc',
  'a/',
  '../',
  'xy/',
  '-a ',
  '[',
];
const inputs = [...pieces, ...odd].flatMap((piece) =>
  [9_999, 32_000, 1_000_000].flatMap((length) => {
    const resource = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    const at = (action, before) => ({ action, resource: `${before}${resource}` });
    return [at('exec', ''), at('fs.write', '/w/'), at('net', 'https://'), at('tool', 'a')];
  }),
);
const times = [];
for (const access of inputs) {
  await guarded.judge(access, asking);
  const start = performance.now();
  await guarded.judge({ ...access }, asking);
  times.push(performance.now() - start);
}
check(`the slowest of ${inputs.length} hostile inputs of up to 1 MB`, Math.max(...times), 50, 'ms');

const lines = (file) =>
  readFileSync(new URL(`../test/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.replaceAll('⏎', '\n'));
const written = lines('everyday-rules.txt').map((line) => {
  const [effect, ...words] = line.split(' ');
  return { effect, action: 'exec', match: words.join(' ') };
});
const everyday = compile(written);
for (const [file, what, limit] of [
  ['everyday.txt', 'everyday commands', 10],
  ['everyday-unseen.txt', 'everyday commands that nothing was tuned to', undefined],
]) {
  const commands = lines(file);
  let asked = 0;
  for (const resource of commands)
    if ((await everyday.judge({ action: 'exec', resource }, asking)).effect !== 'allow') asked++;
  const share = (100 * asked) / commands.length;
  if (limit) check(`of ${commands.length} ${what}, asked about`, share, limit, '%');
  else console.log(`     of ${commands.length} ${what}, asked about: ${share.toFixed(1)} %`);
}
