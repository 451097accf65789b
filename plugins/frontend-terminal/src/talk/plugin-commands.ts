import type { CommandRequest } from '@rustic-ai/kernel/contracts';
import type { House } from '../terminal.js';
import type { SlashCommand } from './command.js';

/** Commands that plugins contribute. `run` shows what one yields, as a turn. */
export async function pluginCommands(
  { commands }: Pick<House, 'commands'>,
  run: (name: string, request: Pick<CommandRequest, 'text'>) => Promise<void>,
): Promise<readonly SlashCommand[]> {
  const all = await commands.list();
  return all.map(({ name, declaration }) => ({
    name,
    summary: declaration.summary,
    run: (text) => run(name, { text }),
  }));
}
