import { type Call, errorInfo } from '@rustic-ai/kernel';
import {
  agentError,
  type Item,
  type Progress,
  type RunEventBody,
  skillReadBy,
  toolFacts,
  type ToolResult,
} from '@rustic-ai/kernel/contracts';
import { finishedEntries, intentOf, type NewEntry, type ResultPart } from './journal.js';
import { type BatchParts, batchesOf } from './order.js';
import { isReading, isRepeatable, type Planned } from './planned.js';
import type { ToolCallPart } from './reply.js';
import { told } from './told.js';

type ToolItem = Extract<Item, { type: 'tool_call' }>;

export interface CallsRequest extends BatchParts {
  readonly calls: readonly ToolCallPart[];
  readonly call: Call;
  readonly session: string;
  readonly turn: number;
  readonly emit: (event: RunEventBody) => void;
  /** Makes durable what is known by now. Called before a call that does more than read, and at the end. */
  readonly keep: (entries: readonly NewEntry[]) => Promise<void>;
}

/**
 * Runs the tool calls of one reply: neighbours that only read, or touch different files, side by side, everything else
 * alone and in order; a call whose tool comes after one that failed is not run.
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
  const failed = new Set<string>();
  for await (const planned of batchesOf(request.calls, request)) {
    const batch = planned.map((one) => behind(one, failed));
    const once = batch.filter(({ tool }) => tool && !isReading(tool) && !isRepeatable(tool));
    const intents = once.map(({ part }) => intentOf(part));
    if (!batch.every(({ tool }) => !tool || isReading(tool))) await keep([...finished(), ...intents]);
    for (const { part } of once) begun.add(part.id);
    const ended = await Promise.all(batch.map((one) => runCall(one, request)));
    for (const [index, { error }] of ended.entries()) if (error) failed.add(batch[index]?.part.name ?? '');
    results.push(...ended);
  }
  await keep(finished());
  const places = new Map(request.calls.map(({ id }, index) => [id, index]));
  return results.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}

/** A call that comes after one that failed has no tool any more. */
function behind(planned: Planned, failed: ReadonlySet<string>): Planned {
  const first = planned.after.find((name) => failed.has(name));
  if (first === undefined) return planned;
  return { ...planned, tool: undefined, missing: agentError('RUSTIC_TOOL_PREREQUISITE', { first }) };
}

type Running = Omit<CallsRequest, 'keep'>;

async function runCall(planned: Planned, request: Running): Promise<ResultPart> {
  const { part, tool } = planned;
  const { id, name, input } = part;
  const kind = (tool && toolFacts(tool.declaration).kind) ?? 'other';
  const item: ToolItem = {
    type: 'tool_call',
    id,
    name,
    plugin: tool?.plugin ?? '',
    kind,
    status: 'in_progress',
    input,
  };
  const read = tool && skillReadBy(tool.declaration, input);
  const skill = read === undefined ? undefined : { type: 'skill' as const, id: `skill-${id}`, name: read, call: id };
  if (skill) request.emit({ type: 'item.started', item: { ...skill, status: 'in_progress' } });
  request.emit({ type: 'item.started', item });
  const result = await outcome(planned, request, (progress) => {
    const text = progress.output?.text ?? progress.text;
    if (text) request.emit({ type: 'item.delta', id, text });
  });
  const status = result.error ? 'failed' : 'completed';
  request.emit({ type: 'item.completed', item: { ...item, status, result } });
  if (skill) request.emit({ type: 'item.completed', item: { ...skill, status } });
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
    return { parts: [{ type: 'text', text: told(info) }], error: info };
  }
}
