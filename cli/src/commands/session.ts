import { type Message, type Part, type SessionEntry, visible, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { keepSessions } from '../completion/sessions.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

export const list = (
  options: PlaceOptions & { all?: boolean; tag?: string; before?: string; limit?: number; json?: boolean },
): Promise<number> =>
  withKernel(options, async (kernel, place) => {
    const { all, tag, before, limit } = options;
    const sessions = await (
      await kernel.service('session')
    ).list({
      ...(!all && { project: place.folder }),
      ...(tag !== undefined && { tag }),
      ...(before !== undefined && { before }),
      ...(limit !== undefined && { limit }),
    });
    await keepSessions(kernel, place);
    if (options.json) process.stdout.write(`${JSON.stringify(sessions)}\n`);
    else if (sessions.length === 0) process.stderr.write('There are no sessions here yet.\n');
    else
      for (const { id, updatedAt, entries, title } of sessions)
        process.stdout.write(
          `${id}  ${updatedAt.slice(0, 16).replace('T', ' ')}  ${String(entries).padStart(4)}  ${visibleLine(title ?? '')}\n`,
        );
    return 0;
  });

export const show = (id: string | undefined, options: PlaceOptions & { json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const sessions = await kernel.service('session');
    const wanted = id ?? (await sessions.list({ project: folder, limit: 1 }))[0]?.id;
    if (!wanted) throw cliError('RUSTIC_USAGE', { reason: 'There are no sessions here yet.', hint: 'Run: rustic run' });
    const log = await sessions.open(wanted);
    const entries = await log.entries();
    if (options.json) process.stdout.write(`${JSON.stringify({ session: log.info, entries })}\n`);
    else {
      const { id: full, createdAt, agent, title } = log.info;
      process.stdout.write(`${full}  ${createdAt}  agent ${agent}\n${visibleLine(title ?? '')}\n\n`);
      process.stdout.write(entries.map(formatEntry).join(''));
    }
    return 0;
  });

function formatEntry({ seq, type, body }: SessionEntry): string {
  const message = body as unknown as Message;
  if (type !== 'message') return `${seq} ${type}: ${visible(JSON.stringify(body))}\n`;
  return message.parts.map((part) => `${seq} ${message.role}: ${formatPart(part)}\n`).join('');
}

function formatPart(part: Part): string {
  switch (part.type) {
    case 'tool_call':
      return visible(`calls ${part.name} ${JSON.stringify(part.input)}`);
    case 'tool_result':
      return visible(formatResult(part));
    case 'image':
      return visible(`[image ${part.mediaType}]`);
    default:
      return visible(part.text);
  }
}

function formatResult({ output, error }: Extract<Part, { type: 'tool_result' }>): string {
  const text = output.map((part) => ('text' in part ? part.text : `[${part.type}]`)).join('');
  if (!error) return `result: ${text}`;
  // A refusal's output begins with its code, a tool's own failure with what it printed.
  return `refused or failed, ${text.startsWith(`${error.code}:`) ? text : `${error.code}: ${text}`}`;
}
