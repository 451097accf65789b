import { type Call, errorInfo, type Handle, type Handles } from '@rustic-ai/kernel';
import { type Part, type RunEventBody, toolFacts, type ToolResult } from '@rustic-ai/kernel/contracts';
import type { State } from './work.js';
import type { ToolCall } from './reply.js';

/** Runs one call of a reply. Shape: always a result the model can read; a refusal and a failure are results as well. */
export async function* runCall(
  { id, name, input }: ToolCall,
  call: Call,
  parts: {
    readonly tools: Handles<'tool'>;
    readonly place: { readonly session: string; readonly turn: number };
    readonly questions: Map<string, RunEventBody[]>;
    readonly state: State;
  },
): AsyncGenerator<RunEventBody, Extract<Part, { type: 'tool_result' }>> {
  const { tools, place, questions, state } = parts;
  const tool = find(tools, name);
  const kind = (tool && toolFacts(tool.declaration).kind) ?? 'other';
  const item = { type: 'tool_call', id, name, plugin: tool?.plugin ?? '', kind, input } as const;
  yield { type: 'item.started', item: { ...item, status: 'in_progress' } };
  const result = await outcome(() => tools.get(name).invoke(input, call, place));
  yield* questions.get(place.session)?.splice(0) ?? [];
  const { error, parts: output } = result;
  if (error?.code.startsWith('RUSTIC_PERMISSION_')) state.denials.push(name);
  yield { type: 'item.completed', item: { ...item, status: error ? 'failed' : 'completed', result } };
  return { type: 'tool_result', id, output, ...(error && { error }) };
}

async function outcome(invoke: () => Promise<ToolResult>): Promise<ToolResult> {
  try {
    return await invoke();
  } catch (thrown) {
    const error = errorInfo(thrown);
    return { parts: [{ type: 'text', text: `${error.code}: ${error.message}` }], error };
  }
}

function find(tools: Handles<'tool'>, name: string): Handle<'tool'> | undefined {
  try {
    return tools.get(name);
  } catch {
    return undefined;
  }
}
