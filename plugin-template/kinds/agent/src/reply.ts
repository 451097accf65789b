import type { ErrorInfo, ModelEvent, Part, RunEventBody, Usage } from '@rustic-ai/kernel/contracts';

export type ToolCall = Extract<Part, { type: 'tool_call' }>;
/** What one call of the model came to. */
export interface Reply {
  readonly parts: readonly Part[];
  /** Calls of a reply that was cut are not among them: nobody knows whether they are whole. */
  readonly calls: readonly ToolCall[];
  readonly text: string;
  readonly usage: Usage | undefined;
  readonly error: ErrorInfo | undefined;
}

/** Tells of a model's text as one item, piece by piece, and returns the reply. */
export async function* readReply(events: AsyncIterable<ModelEvent>, id: string): AsyncGenerator<RunEventBody, Reply> {
  const calls: ToolCall[] = [];
  const thoughts: Part[] = [];
  let text = '';
  let isWhole = false;
  let usage: Usage | undefined;
  let error: ErrorInfo | undefined;
  for await (const event of events) {
    if (event.type === 'text' && event.text !== '') {
      if (text === '') yield { type: 'item.started', item: { type: 'agent_message', id, text } };
      text += event.text;
      yield { type: 'item.delta', id, text: event.text };
    }
    // Vendors want their reasoning back as it was.
    if (event.type === 'reasoning') thoughts.push(event);
    if (event.type === 'tool_call') calls.push(event);
    if (event.type !== 'finish') continue;
    ({ usage, error } = event);
    isWhole = event.reason !== 'error' && event.reason !== 'aborted';
  }
  if (text !== '') yield { type: 'item.completed', item: { type: 'agent_message', id, text } };
  const said: readonly Part[] = text === '' ? [] : [{ type: 'text', text }];
  const whole = isWhole ? calls : [];
  return { parts: [...thoughts, ...said, ...whole], calls: whole, text, usage, error };
}
