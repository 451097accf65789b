import type { Json } from '@rustic-ai/kernel';
import type { ToolResult } from '@rustic-ai/kernel/contracts';

/** A result without what a pattern finds, in whatever text of it: what is shown, its data, its error. */
export const hide = (result: ToolResult, pattern: RegExp): ToolResult =>
  without(result as unknown as Json, pattern) as unknown as ToolResult;

function without(value: Json, pattern: RegExp): Json {
  if (typeof value === 'string') return value.replaceAll(pattern, '[hidden]');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => without(one, pattern));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, without(one, pattern)]));
}
