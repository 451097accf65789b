import type { AnyPlugin, Declaration } from '@rustic-ai/kernel';
import {
  type ModelEvent,
  type ModelRequest,
  type Rule,
  skillError,
  type SkillRequest,
  type SkillText,
  textOf,
} from '@rustic-ai/kernel/contracts';
import { collect, createTestKernel, scriptedModel, type ScriptedReply } from '@rustic-ai/kernel/testing';
import agentLoop from '@rustic-ai/plugin-agent-loop';
import contextSkills from '@rustic-ai/plugin-context-skills';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { onTestFinished } from 'vitest';

export interface Skill extends Partial<SkillText> {
  readonly summary?: string;
}
/** A plugin with skills as data; `begun` is told when its code is asked for. */
export const bundle = (skills: Readonly<Record<string, Skill>>, begun: () => void = () => {}): AnyPlugin => {
  const each = <T>(of: (name: string, skill: Skill) => T) =>
    Object.fromEntries(Object.entries(skills).map(([name, skill]) => [name, of(name, skill)]));
  const declared: Record<string, Declaration> = each((name, { summary = `Does ${name}.` }) => ({ summary }));
  return {
    manifest: async () => ({ default: { apiVersion: 1, id: 'skills-test', contributes: { skill: declared } } }),
    setup() {
      begun();
      return {
        skill: each((name, { text = `How to ${name}.`, files = [], folder }) => ({
          run({ file }: SkillRequest): SkillText {
            if (file !== undefined && !files.includes(file))
              throw skillError('RUSTIC_SKILL_FILE', { skill: name, file, reason: 'there is none.', files: 'none' });
            return { text: file === undefined ? text : `Content of ${file}`, files, ...(folder && { folder }) };
          },
        })),
      };
    },
  };
};

/** A kernel with an agent that says what it is told to, and what its model was asked. */
export async function open(given: {
  readonly plugins?: readonly AnyPlugin[];
  readonly options?: Readonly<Record<string, number>>;
  readonly replies?: readonly ScriptedReply[];
  readonly rules?: readonly Rule[];
}) {
  const { plugins = [], options = {}, replies = [], rules = [] } = given;
  const model = scriptedModel(replies);
  const kernel = await createTestKernel({
    plugins: [[contextSkills, options], ...plugins, agentLoop, sessionLog, memory, model.plugin],
    rules,
  });
  onTestFinished(() => kernel.dispose());
  return {
    kernel,
    requests: model.requests,
    run: () => collect(kernel.use('agent').default.invoke({ prompt: 'go on' }, kernel.call())),
  };
}

/** A reply that calls the tool. */
export const reading = (input: { readonly name: string; readonly file?: string; readonly from?: number }) =>
  [{ type: 'tool_call', id: 'r', name: 'skill_read', input }] satisfies readonly ModelEvent[];
/** The system prompt of a request. */
export const promptOf = ({ messages }: ModelRequest): string => textOf(messages[0]?.parts ?? []);
/** What the model was given for its call. */
export function givenIn({ messages }: ModelRequest): string {
  const [part] = messages.at(-1)?.parts ?? [];
  return part?.type === 'tool_result' ? textOf(part.output) : '';
}
