import { type Declaration, defineOperation } from '../capability.js';
import type { ErrorInfo, Json } from '../errors.js';
import type { Part } from './content.js';
import { isSkillName } from './skill.js';

/** What a tool gives back to the model. */
export interface ToolResult {
  readonly parts: readonly Part[];
  readonly data?: Json;
  /** The tool did its work and the outcome is a failure the model can read. */
  readonly error?: ErrorInfo;
  /** What was cut, kept by reference. */
  readonly full?: { readonly ref: string; readonly bytes: number };
}
/** The kinds of the Agent Client Protocol; a tool states its own as `facts: { kind }`. Default: `other`. */
export type ToolKind = 'read' | 'edit' | 'delete' | 'move' | 'search' | 'execute' | 'think' | 'fetch' | 'other';
/** What a tool may state of itself in the `facts` of its declaration. */
export interface ToolFacts {
  readonly kind?: ToolKind;
  /** Tools that come first: where one reply calls both, theirs are over before this one begins, and if they failed it never does. */
  readonly after?: readonly string[];
  /** How long a result holds for the same input while nothing was changed. Of tools that only read. Default: not at all. Unit: ms. */
  readonly cacheMs?: number;
  /**
   * Where its input names every file and folder it touches, as JSON Pointers; `*` stands for each item of a list. A
   * folder stands for all in it, a place the input does not have for the whole workspace. What touches other files may
   * run beside it. Default: it may touch anything.
   */
  readonly touches?: readonly string[];
  /** Where its input names the skill it reads, as a JSON Pointer. Its calls are told as that skill as well. */
  readonly skill?: string;
}
/** What a tool states of itself; what has another shape was never said. */
export function toolFacts({ facts = {} }: Pick<Declaration, 'facts'>): ToolFacts {
  const { kind, after, cacheMs, touches, skill } = facts;
  return {
    ...(typeof kind === 'string' && { kind: kind as ToolKind }),
    ...(Array.isArray(after) && { after: after.map(String) }),
    ...(typeof cacheMs === 'number' && cacheMs > 0 && { cacheMs }),
    ...(Array.isArray(touches) && { touches: touches.map(String) }),
    ...(typeof skill === 'string' && { skill }),
  };
}

/**
 * The files and folders that an input names, as it says them; undefined: a call with it may touch anything.
 *
 * Shape: what is no text where a path should be is taken for anything.
 */
export function touchedBy(declaration: Pick<Declaration, 'facts'>, input: Json): readonly string[] | undefined {
  const { touches } = toolFacts(declaration);
  const found = touches?.flatMap((pointer) => valuesAt(input, pointer.split('/').slice(1)));
  return found?.every((path) => typeof path === 'string') ? found : undefined;
}
/** The skill that a call with this input reads; undefined: none, or what it names can be no skill. */
export function skillReadBy(declaration: Pick<Declaration, 'facts'>, input: Json): string | undefined {
  const { skill } = toolFacts(declaration);
  const [name] = skill === undefined ? [] : valuesAt(input, skill.split('/').slice(1));
  return typeof name === 'string' && isSkillName(name) ? name : undefined;
}
function valuesAt(value: Json | undefined, [name, ...rest]: readonly string[]): readonly (Json | undefined)[] {
  if (value === undefined) return ['.'];
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [undefined];
  if (name === '*') return Array.isArray(value) ? value.flatMap((one) => valuesAt(one, rest)) : [undefined];
  const inner = Object.hasOwn(value, name) ? (value as { readonly [name: string]: Json })[name] : undefined;
  return valuesAt(inner, rest);
}

declare module '../capability.js' {
  interface Operations {
    tool: { readonly mode: 'call'; readonly input: Json; readonly output: ToolResult };
  }
}

/** Ten minutes for the work, one more for what a tool does to end it. */
export const tool = defineOperation({ id: 'tool', version: 1, mode: 'call', triggers: 'tool', timeLimitMs: 660_000 });
