import type { Access, Rule } from '@rustic-ai/kernel';
import type { TestKernel } from '@rustic-ai/kernel/testing';
import { readFile } from 'node:fs/promises';
import { open, refusal, toolbox } from './plugins.js';

const access = (input: unknown) => (input as { accesses: Access[] }).accesses;
const tools = toolbox('tools', { run: { effects: { kind: 'write', idempotent: false, openWorld: true }, access } });
export const allow = (match: string): Rule => ({ effect: 'allow', action: 'exec', match });
export const deny = (match: string): Rule => ({ effect: 'deny', action: 'exec', match });

/** A kernel with rules, and what it decides on a line; asks are answered with no. */
export async function judging(...rules: Rule[]): Promise<(line: string) => Promise<Rule['effect']>> {
  const kernel: TestKernel = await open({ plugins: [tools], rules });
  return async (line) => {
    const asked = kernel.asks.length;
    const call = kernel.call();
    const accesses = [{ action: 'exec', resource: line }];
    const refused = await refusal(kernel.use('tool').default.invoke({ accesses }, call));
    if (!refused) return 'allow';
    return kernel.asks.length > asked ? 'ask' : 'deny';
  };
}

/** The lines of a table beside the tests, without its remarks; `⏎` is a newline, `→` a tab. */
export async function table(file: string): Promise<readonly string[]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.replaceAll('⏎', '\n').replaceAll('→', '\t'));
}

/** Numbers that look random and are the same in each run. Source: mulberry32. */
export function numbers(seed: number): { below(limit: number): number; one<T>(of: readonly T[]): T } {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, one: (of) => of[below(of.length)] as (typeof of)[number] };
}
