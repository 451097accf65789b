import { workspaceError } from '@rustic-ai/kernel/contracts';
import type { RE2JS } from 're2js';

/**
 * A regular expression that takes time linear in the text, whatever it is.
 *
 * Throws: `RUSTIC_FS_PATTERN`, which names `shown`.
 */
export async function compilePattern(
  expression: string,
  shown: string,
  options: { readonly ignoreCase?: boolean; readonly multiline?: boolean },
): Promise<RE2JS> {
  const { RE2JS } = await import('re2js');
  const { CASE_INSENSITIVE, DOTALL, MULTILINE } = RE2JS;
  const flags = MULTILINE | (options.ignoreCase ? CASE_INSENSITIVE : 0) | (options.multiline ? DOTALL : 0);
  try {
    return RE2JS.compile(expression, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw workspaceError('RUSTIC_FS_PATTERN', { pattern: shown, reason }, error);
  }
}
