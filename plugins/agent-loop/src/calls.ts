import { type Call, errorInfo, type Handle, type Handles } from '@rustic-ai/kernel';
import {
  type Item,
  type Part,
  type Progress,
  type RunEventBody,
  safeTo,
  type ToolKind,
  type ToolResult,
} from '@rustic-ai/kernel/contracts';
import type { ToolCallPart } from './reply.js';

type ToolItem = Extract<Item, { type: 'tool_call' }>;
export type ResultPart = Extract<Part, { type: 'tool_result' }>;

export interface CallsRequest {
  readonly calls: readonly ToolCallPart[];
  readonly tools: Handles<'tool'>;
  readonly call: Call;
  readonly session: string;
  readonly turn: number;
  readonly parallel: number;
  readonly emit: (event: RunEventBody) => void;
}

/**
 * Runs the tool calls of one reply: neighbours that only read side by side, everything else alone and in order.
 *
 * Shape: one result for each call, in the order of the calls, whatever happened to it.
 * Throws: never; a failure is a result that the model can read.
 */
export async function runCalls(request: CallsRequest): Promise<readonly ResultPart[]> {
  const results: ResultPart[] = [];
  for (const batch of batches(request)) {
    results.push(...(await Promise.all(batch.map((one) => runCall(one, request)))));
  }
  return results;
}

const isReading = (tool: Handle<'tool'> | undefined): boolean => safeTo(tool?.declaration.effects).runBeside;
/** Whether a call of this name changes nothing; a tool that does not exist does not even look. */
export const onlyReads = (tools: Handles<'tool'>, name: string): boolean => {
  const { tool, missing } = plan({ type: 'tool_call', id: '', name, input: null }, tools);
  return missing !== undefined || isReading(tool);
};

interface Planned {
  readonly part: ToolCallPart;
  readonly tool: Handle<'tool'> | undefined;
  readonly missing?: unknown;
}

function batches({ calls, tools, parallel }: CallsRequest): readonly (readonly Planned[])[] {
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

async function runCall({ part, tool, missing }: Planned, request: CallsRequest): Promise<ResultPart> {
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
  { call, session, turn }: CallsRequest,
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
