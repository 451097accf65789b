import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Lets a person write a text in their own editor, which has the terminal meanwhile.
 *
 * Shape: the text as it was saved, without the line feed at its end.
 * Throws: when no editor is named, when it can't be started, or when it fails.
 */
export async function editText(
  text: string,
  { VISUAL, EDITOR, TMPDIR = tmpdir() }: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const editor = VISUAL || EDITOR;
  if (!editor) throw new Error('No editor is named. Set VISUAL or EDITOR, for example: export EDITOR=nano');
  const folder = await mkdtemp(join(TMPDIR, 'rustic-prompt-'));
  const file = join(folder, 'prompt.md');
  try {
    await writeFile(file, text, { mode: 0o600 });
    // An editor may come with arguments, as git takes it: `code --wait`.
    const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`The editor ended with ${code ?? 'a signal'}; the prompt is as it was.`);
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
