import type { Candidates, Complete } from '../editor/complete.js';
import type { House } from '../terminal.js';
import type { SlashCommand } from './command.js';
import { completeFile } from './files.js';

/** Completes commands at the beginning, what a command takes after its name, and `@files` anywhere. */
export function createComplete(
  commands: () => readonly SlashCommand[],
  { workspace }: Pick<House, 'workspace'>,
): Complete {
  return async (before) => {
    const [, name, argument] = /^\/([a-z0-9_-]*)(?:\s+(\S*))?$/i.exec(before) ?? [];
    if (name !== undefined && argument === undefined && !/\s/.test(before))
      return matching(
        before,
        commands().map((command) => `/${command.name}`),
      );
    const command = name === undefined ? undefined : commands().find((one) => one.name === name);
    if (command?.complete) return matching(argument ?? '', await command.complete().catch(() => []));
    return workspace && before.includes('@') ? completeFile(before, await workspace()) : undefined;
  };
}

const matching = (word: string, all: readonly string[]): Candidates => ({
  word,
  all: all.filter((one) => one.startsWith(word)),
});
