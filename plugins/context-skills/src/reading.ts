import { type SkillText, type ToolResult, visible, visibleLine } from '@rustic-ai/kernel/contracts';

/**
 * What a model is told of a file of a skill: as a person would see it, so nothing is hidden in it, from a character on and
 * no longer than `limit`. With the instructions come the names of the other files.
 */
export function told(
  { text, files, folder }: SkillText,
  about: { readonly file?: string; readonly from: number; readonly limit: number },
): ToolResult {
  const { file, from, limit } = about;
  const whole = visible(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  // A character of two units is not cut in half.
  const shown = whole
    .slice(from, from + limit)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
  const left = Math.max(0, whole.length - from - shown.length);
  const notes = [
    ...(left > 0 ? [`${left} more characters; read on with from: ${from + shown.length}`] : []),
    ...(file === undefined && from === 0 ? filesNote(files, folder, limit) : []),
  ];
  const parts = [shown, ...notes.map((note) => `[${note}]`)].filter((part) => part !== '');
  return { parts: [{ type: 'text', text: parts.join('\n\n') || '[nothing stands there]' }] };
}

function filesNote(files: readonly string[], folder: string | undefined, limit: number): readonly string[] {
  if (files.length === 0) return [];
  let names = '';
  let named = 0;
  for (const file of files) {
    const next = `${names && ', '}${visibleLine(file)}`;
    if (names.length + next.length > limit) break;
    names += next;
    named++;
  }
  const more = files.length > named ? `, and ${files.length - named} more` : '';
  const where = folder === undefined ? '' : `; they lie in ${visibleLine(folder)}`;
  return [`Its other files: ${names}${more}${where}`];
}
