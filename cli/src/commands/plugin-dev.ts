import { createInterface } from 'node:readline';
import { errorInfo, type Json } from '@rustic-ai/kernel';
import { exitCodes, visible } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { startDev } from '../plugin/dev.js';
import { openPlugin } from '../plugin/folder.js';
import { own, type PlaceOptions } from '../project.js';

const help = (members: readonly (readonly [string, string])[]) =>
  [
    'Write a name and its input as JSON; an empty line does nothing, Ctrl+D ends.',
    ...members.map(([operation, name]) => `  ${name} {}   (${operation})`),
    '',
  ].join('\n');

/** Throws: `RUSTIC_USAGE`. */
function inputOf(text: string): Json {
  try {
    return JSON.parse(text.trim() || '{}') as Json;
  } catch (error) {
    const reason = `The input is no JSON: ${(error as Error).message}.`;
    throw cliError('RUSTIC_USAGE', { reason, hint: 'Write it as {"name":"value"}.' }, error);
  }
}

/**
 * Runs a plugin while its source is changed: reads calls from standard input, a line each, and prints what they give.
 *
 * Cancel: SIGINT ends it (130).
 */
export async function dev(folder: string | undefined, options: PlaceOptions): Promise<number> {
  const { root, json } = await openPlugin(folder ?? '.', options.cwd);
  const tell = (line: string) => void process.stderr.write(`${visible(line)}\n`);
  tell(`Building ${json.name ?? root}`);
  const running = await startDev(root, own, tell);
  let code: number = exitCodes.ok;
  const lines = createInterface({ input: process.stdin });
  const interrupt = () => {
    code = exitCodes.interrupted;
    lines.close();
    process.stdin.destroy();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  tell(`Running; its source is watched.\n${help(running.members())}`);
  try {
    for await (const line of lines) {
      const [, name, text = ''] = /^\s*(\S+)\s*(.*)$/s.exec(line) ?? [];
      if (name === undefined) continue;
      if (name === 'help') {
        tell(help(running.members()));
        continue;
      }
      try {
        await running.call(name, inputOf(text), (part) => void process.stdout.write(`${JSON.stringify(part)}\n`));
      } catch (error) {
        const { code: what, message, fix } = errorInfo(error);
        tell(`${what}: ${message}${fix ? `\nFix: ${fix}` : ''}`);
      }
    }
    return code;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await running.dispose();
  }
}
