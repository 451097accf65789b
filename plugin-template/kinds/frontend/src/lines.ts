import { type FrontendRequest, type RunEvent, runResult, visible, visibleLine } from '@rustic-ai/kernel/contracts';

/** A line, and the stream it goes to. */
export type Line = readonly ['stdout' | 'stderr', string];

/** What is written of an event. For a program every byte on stdout counts; for a person stdout is the answer alone. */
export function linesOf(
  event: RunEvent,
  { output, notes }: { readonly output: NonNullable<FrontendRequest['output']>; readonly notes: boolean },
): readonly Line[] {
  const isLast = event.type === 'run.completed';
  if (output === 'stream-json') return [['stdout', JSON.stringify(event)]];
  if (output === 'json') return isLast ? [['stdout', JSON.stringify(runResult(event))]] : [];
  if (event.type === 'item.completed' && event.item.type === 'agent_message')
    return notes ? [['stderr', visible(event.item.text)]] : [];
  if (!isLast) return [];
  const answer: readonly Line[] = event.result === undefined ? [] : [['stdout', visible(event.result)]];
  const told = event.errors.map(({ code, message, fix = '' }) => visibleLine(`${code}: ${message} ${fix}`));
  return [...answer, ...told.map((line): Line => ['stderr', line])];
}
