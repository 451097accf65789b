import type { PluginHooks, Handles } from '@rustic-ai/kernel';
import type { AgentRequest, Json, Message, SessionLog, ToolChoice } from '@rustic-ai/kernel/contracts';

/** What the model is told before the history, and the tools it may call: plugins have a say in both. */
export async function promptOf(
  { output }: AgentRequest,
  agent: string,
  parts: { tools: Handles<'tool'>; hooks: PluginHooks; log: SessionLog; turn: number; instructions: string },
): Promise<{ readonly system: Message; readonly choices: readonly ToolChoice[] }> {
  const { tools, hooks, log, turn, instructions } = parts;
  const session = log.info.id;
  const about = { session, turn };
  const added = await hooks.collect('prompt.parts', { agent, session });
  const own = { id: 'instructions', stability: 'stable' as const, text: instructions };
  const shape = output && `Your final answer must be JSON that fits this JSON Schema: ${JSON.stringify(output.schema)}`;
  const last = shape === undefined ? [] : [{ id: 'output', stability: 'turn' as const, text: shape }];
  const prompt = await hooks.transform('prompt.build', { agent, session, parts: [own, ...added, ...last] }, about);
  const all = (await tools.list()).map(({ name, declaration }) => ({
    name,
    description: declaration.summary,
    input: (declaration.input ?? { type: 'object' }) as Json,
  }));
  const { tools: choices } = await hooks.transform('tools.select', { agent, tools: all }, about);
  return { system: { role: 'system', parts: prompt.parts.map(({ text }) => ({ type: 'text', text })) }, choices };
}
