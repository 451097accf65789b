import type { Declaration, Handles, PluginHooks } from '@rustic-ai/kernel';
import type { Json, Message, ModelRequest, ToolChoice } from '@rustic-ai/kernel/contracts';

const stabilities = { stable: 0, session: 1, turn: 2 };

/** The system message: the instructions and what plugins add, what changes least first. */
export async function buildPrompt(
  hooks: PluginHooks,
  about: {
    readonly agent: string;
    readonly session: string;
    readonly turn: number;
    readonly instructions: string;
    /** What the answer has to be. */
    readonly output?: string;
  },
): Promise<Message> {
  const { agent, session, turn, instructions, output } = about;
  const added = await hooks.collect('prompt.parts', { agent, session });
  const own = { id: 'instructions', stability: 'stable' as const, text: instructions };
  const shape = output === undefined ? [] : [{ id: 'output', stability: 'turn' as const, text: output }];
  const { parts } = await hooks.transform(
    'prompt.build',
    { agent, session, parts: [own, ...added, ...shape] },
    { session, turn },
  );
  const ordered = parts.toSorted((a, b) => stabilities[a.stability] - stabilities[b.stability]);
  return { role: 'system', parts: ordered.map(({ text }) => ({ type: 'text', text })) };
}

/** The tools the model is shown. */
export async function chooseTools(
  hooks: PluginHooks,
  about: { readonly agent: string; readonly session: string; readonly turn: number },
  tools: Handles<'tool'>,
): Promise<readonly ToolChoice[]> {
  const all = (await tools.list()).map(({ name, declaration }) => ({
    name,
    description: declaration.summary,
    input: (declaration.input ?? { type: 'object' }) as Json,
  }));
  const { agent, session, turn } = about;
  return (await hooks.transform('tools.select', { agent, tools: all }, { session, turn })).tools;
}

/** The tools as a request offers them. `withheld`: none may be called; a model that can't be told so is shown none. */
export function offered(
  tools: readonly ToolChoice[],
  withheld: boolean,
  { facts }: Pick<Declaration, 'facts'>,
): Pick<ModelRequest, 'tools' | 'toolChoice'> {
  if (tools.length === 0) return {};
  // Without a word a model chooses by itself, and some take no word.
  if (!withheld) return { tools };
  const { capabilities } = (facts ?? {}) as { readonly capabilities?: readonly string[] };
  return capabilities && !capabilities.includes('toolChoice') ? {} : { tools, toolChoice: 'none' };
}
