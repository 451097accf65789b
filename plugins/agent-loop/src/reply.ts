import type {
  ErrorInfo,
  Item,
  Json,
  ModelCatalogue,
  ModelEvent,
  Part,
  RunEventBody,
  Usage,
} from '@rustic-ai/kernel/contracts';

export type ToolCallPart = Extract<Part, { type: 'tool_call' }>;
/** What one model call came to. */
export interface Reply {
  parts: Part[];
  calls: ToolCallPart[];
  text: string;
  reason: Extract<ModelEvent, { type: 'finish' }>['reason'];
  usage: Usage | undefined;
  error: ErrorInfo | undefined;
}

export const emptyReply = (): Reply => ({
  parts: [],
  calls: [],
  text: '',
  reason: 'error',
  usage: undefined,
  error: undefined,
});

type Speech = Extract<Item, { text: string }>;

/**
 * Turns a model's events into run events and fills `reply` on the way.
 *
 * Shape: each stretch of text or reasoning is one item: started, deltas, completed; `vendor` data ends its stretch of
 *   reasoning. Two calls with one id get two ids.
 */
export async function* readReply(
  events: AsyncIterable<ModelEvent>,
  reply: Reply,
  newId: () => string,
): AsyncGenerator<RunEventBody> {
  let open: { id: string; type: Speech['type']; text: string; vendor?: Json } | undefined;
  const close = function* (): Generator<RunEventBody> {
    if (!open) return;
    const { id, type, text, vendor } = open;
    reply.parts.push(
      type === 'reasoning' ? { type, text, ...(vendor !== undefined && { vendor }) } : { type: 'text', text },
    );
    if (type === 'agent_message') reply.text = text;
    open = undefined;
    yield { type: 'item.completed', item: { type, id, text } };
  };
  for await (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') {
      const type = event.type === 'text' ? 'agent_message' : 'reasoning';
      if (open?.type !== type) {
        yield* close();
        open = { id: newId(), type, text: '' };
        yield { type: 'item.started', item: { type, id: open.id, text: '' } };
      }
      open.text += event.text;
      if (event.text !== '') yield { type: 'item.delta', id: open.id, text: event.text };
      // What a vendor wants back as it was belongs to exactly the reasoning before it.
      if (event.type === 'reasoning' && event.vendor !== undefined) {
        open.vendor = event.vendor;
        yield* close();
      }
    } else if (event.type === 'tool_call') {
      yield* close();
      const taken = reply.calls.some((call) => call.id === event.id);
      const call: ToolCallPart = taken ? { ...event, id: `${event.id}-${reply.calls.length}` } : { ...event };
      reply.calls.push(call);
      reply.parts.push(call);
    } else if (event.type === 'finish') {
      yield* close();
      reply.reason = event.reason;
      reply.usage = event.usage;
      reply.error = event.error;
    }
  }
}

/** Adds what a call cost, where the provider does not say it and the catalogue knows. */
export function priced(
  usage: Usage | undefined,
  model: string,
  catalogue: ModelCatalogue | undefined,
): Usage | undefined {
  if (!usage || usage.costUsd !== undefined) return usage;
  const costUsd = catalogue?.cost(model, usage);
  return costUsd === undefined ? usage : { ...usage, costUsd };
}

/** The sum of two. A cost that is unknown for a part is unknown for the whole. */
export function addUsage(sum: Usage, more: Usage | undefined): Usage {
  if (!more) return sum;
  const { costUsd: before, ...counted } = sum;
  const { costUsd: cost, ...counts } = more;
  const added: Record<string, number | boolean> = { ...counted };
  for (const [name, value] of Object.entries(counts))
    added[name] = typeof value === 'number' ? Number(added[name] ?? 0) + value : value;
  const isFirst = sum.inputTokens + sum.outputTokens === 0;
  const costUsd = cost === undefined || (before === undefined && !isFirst) ? undefined : (before ?? 0) + cost;
  return { ...(added as unknown as Usage), ...(costUsd !== undefined && { costUsd }) };
}
