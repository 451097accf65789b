import type { Rule } from '@rustic-ai/kernel';
import { cliError } from './errors.js';

/** `ask`: questions are asked; `plan`: only reading; `accept-edits`: writing in the workspace is not asked; `deny`: no to all. */
export const permissionModes = ['ask', 'plan', 'accept-edits', 'deny'] as const;
export type PermissionMode = (typeof permissionModes)[number];

const reading = 'The permission mode is "plan": nothing but reading.';
const effects = [
  ['fs.write', '/**'],
  ['exec', '**'],
  ['net', '**'],
  ['ssh', '**'],
  ['mcp', '**'],
] as const;

/** What a mode adds to the rules of the composition. Every mode keeps every deny. */
export function rulesOf(mode: PermissionMode | undefined): readonly Rule[] {
  if (mode === 'plan') return effects.map(([action, match]) => ({ effect: 'deny', action, match, reason: reading }));
  return mode === 'accept-edits' ? [{ effect: 'allow', action: 'fs.write', match: '**' }] : [];
}

/** Reads `--allow` and `--deny`: the action, a space, the pattern. Throws: `RUSTIC_USAGE`. */
export const parseRules = (effect: 'allow' | 'deny', texts: readonly string[] = []): readonly Rule[] =>
  texts.map((text) => {
    const [, action, match] = /^(\S+)\s+(.+)$/s.exec(text.trim()) ?? [];
    if (!action || !match)
      throw cliError('RUSTIC_USAGE', {
        reason: `--${effect} "${text}" is no rule.`,
        hint: `Write the action and the pattern: --${effect} 'exec git status'`,
      });
    return { effect, action, match };
  });
