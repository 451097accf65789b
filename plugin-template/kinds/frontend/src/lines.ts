import { type FrontendRequest, type RunEvent, runResult, visible, visibleLine } from '@rustic-ai/kernel/contracts';

/** A line, and the stream it goes to. */
export type Line = readonly ['stdout' | 'stderr', string];

/** What is written of the events of one run. For a program every byte on stdout counts; for a person it is the answer alone. */
export function createLines(options: {
  readonly output: NonNullable<FrontendRequest['output']>;
  readonly notes: boolean;
}): (event: RunEvent) => readonly Line[] {
  const { output, notes } = options;
  if (output === 'stream-json') return (event) => [['stdout', JSON.stringify(event)]];
  if (output === 'json')
    return (event) => (event.type === 'run.completed' ? [['stdout', JSON.stringify(runResult(event))]] : []);
  /** What was said last waits: it is the answer, which is shown once, unless the agent goes on. */
  let said: string | undefined;
  const note = (): readonly Line[] => {
    const line = said;
    said = undefined;
    return notes && line !== undefined ? [['stderr', visible(line)]] : [];
  };
  return (event) => {
    if (event.type === 'item.started' && event.item.type === 'tool_call') return note();
    if (event.type === 'item.completed' && event.item.type === 'agent_message') {
      const before = note();
      said = event.item.text;
      return before;
    }
    if (event.type !== 'run.completed') return [];
    const { result, errors } = event;
    const rest = said === result ? [] : note();
    const answer: readonly Line[] = result === undefined ? [] : [['stdout', visible(result)]];
    const told = errors.map(({ code, message, fix = '' }) => visibleLine(`${code}: ${message} ${fix}`));
    return [...rest, ...answer, ...told.map((line): Line => ['stderr', line])];
  };
}
