import type { Rule } from '@rustic-ai/kernel';
import { expect, it } from 'vitest';
import { judging, table } from './shell-lines.js';

const rules = (await table('everyday-rules.txt')).map((line): Rule => {
  const [effect, ...words] = line.split(' ');
  return { effect: effect as Rule['effect'], action: 'exec', match: words.join(' ') };
});

it('everyday commands are never denied, and at most one in ten is asked about', async () => {
  const judge = await judging(...rules);
  const commands = await table('everyday.txt');
  const by: Record<Rule['effect'], string[]> = { allow: [], ask: [], deny: [] };
  for (const line of commands) by[await judge(line)].push(line);
  process.stdout.write(`${by.ask.length} of ${commands.length} everyday commands are asked about\n`);
  expect(commands.length).toBeGreaterThanOrEqual(200);
  expect(by.deny).toEqual([]);
  expect(by.ask.length / commands.length).toBeLessThanOrEqual(0.1);
});

it('of everyday commands that nothing was tuned to, none is denied', async () => {
  const judge = await judging(...rules);
  const commands = await table('everyday-unseen.txt');
  const by: Record<Rule['effect'], string[]> = { allow: [], ask: [], deny: [] };
  for (const line of commands) by[await judge(line)].push(line);
  process.stdout.write(`${by.ask.length} of ${commands.length} unseen ones are asked about: ${by.ask.join(' | ')}\n`);
  expect(commands.length).toBeGreaterThanOrEqual(100);
  expect(by.deny).toEqual([]);
});
