import { type Call, errorInfo, type Handle, type Handles } from '@rustic-ai/kernel';
import {
  type Item,
  type Progress,
  type RunEventBody,
  safeTo,
  type ToolKind,
  type ToolResult,
} from '@rustic-ai/kernel/contracts';
import { finishedEntries, intentOf, type NewEntry, type ResultPart } from './journal.js';
import type { ToolCallPart } from './reply.js';

type ToolItem = Extract<Item, { type: 'tool_call' }>;

export interface CallsRequest {
  readonly calls: readonly ToolCallPart[];
  readonly tools: Handles<'tool'>;
  readonly call: Call;
  readonly session: string;
  readonly turn: number;
  readonly parallel: number;
  readonly emit: (event: RunEventBody) => void;
  /** Makes durable what is known by now. Called before a call that does more than read, and at the end. */
  readonly keep: (entries: readonly NewEntry[]) => Promise<void>;
}

/**
 * Runs the tool calls of one reply: neighbours that only read side by side, everything else alone and in order.
 *
 * Shape: one result for each call, in the order of the calls, whatever happened to it.
 * Order: a call that can not be made twice is kept as an intent before it runs; its receipt and its result are kept
 *   before the next effect.
 * Throws: what `keep` throws; a failure of a call is a result that the model can read.
 */
export async function runCalls({ keep, ...request }: CallsRequest): Promise<readonly ResultPart[]> {
  const results: ResultPart[] = [];
  const begun = new Set<string>();
  let kept = 0;
  const finished = () => {
    const news = results.slice(kept);
    kept = results.length;
    return finishedEntries(news, begun);
  };
  for (const batch of batches(request)) {
    const once = batch.filter(({ tool }) => tool && !isReading(tool) && !isRepeatable(tool));
    const intents = once.map(({ part }) => intentOf(part));
    if (!batch.every(({ tool }) => !tool || isReading(tool))) await keep([...finished(), ...intents]);
    for (const { part } of once) begun.add(part.id);
    results.push(...(await Promise.all(batch.map((one) => runCall(one, request)))));
  }
  await keep(finished());
  return results;
}

const isRepeatable = (tool: Handle<'tool'>): boolean => safeTo(tool.declaration.effects).repeatOnResume;
const isReading = (tool: Handle<'tool'> | undefined): boolean => safeTo(tool?.declaration.effects).runBeside;

type Running = Omit<CallsRequest, 'keep'>;
interface Planned {
  readonly part: ToolCallPart;
  readonly tool: Handle<'tool'> | undefined;
  readonly missing?: unknown;
}

function batches({ calls, tools, parallel }: Running): readonly (readonly Planned[])[] {
  const all: Planned[][] = [];
  let reading = false;
  for (const part of calls) {
    const planned = plan(part, tools);
    const reads = isReading(planned.tool);
    const last = all.at(-1);
    if (reads && reading && last && last.length < parallel) last.push(planned);
    else all.push([planned]);
    reading = reads;
  }
  return all;
}

function plan(part: ToolCallPart, tools: Handles<'tool'>): Planned {
  try {
    return { part, tool: tools.get(part.name) };
  } catch (missing) {
    return { part, tool: undefined, missing };
  }
}

async function runCall({ part, tool, missing }: Planned, request: Running): Promise<ResultPart> {
  const { id, name, input } = part;
  const kind = (tool?.declaration.facts?.kind ?? 'other') as ToolKind;
  const item: ToolItem = {
    type: 'tool_call',
    id,
    name,
    plugin: tool?.plugin ?? '',
    kind,
    status: 'in_progress',
    input,
  };
  request.emit({ type: 'item.started', item });
  const result = await outcome({ part, tool, missing }, request, (progress) => {
    const text = progress.output?.text ?? progress.text;
    if (text) request.emit({ type: 'item.delta', id, text });
  });
  request.emit({
    type: 'item.completed',
    item: { ...item, status: result.error ? 'failed' : 'completed', result },
  });
  return { type: 'tool_result', id, output: result.parts, ...(result.error && { error: result.error }) };
}

async function outcome(
  { part, tool, missing }: Planned,
  { call, session, turn }: Running,
  onProgress: (progress: Progress) => void,
): Promise<ToolResult> {
  try {
    if (!tool) throw missing;
    return await tool.invoke(part.input, call, { session, turn, onProgress });
  } catch (error) {
    const info = errorInfo(error);
    return { parts: [{ type: 'text', text: `${info.code}: ${info.message} ${info.fix ?? ''}`.trim() }], error: info };
  }
}
