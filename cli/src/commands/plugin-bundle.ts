import { visibleLine } from '@rustic-ai/kernel/contracts';
import { bundleOf, isBundle, writeBundle } from '../plugin/bundle.js';
import { cliError } from '../errors.js';
import { openPlugin } from '../plugin/folder.js';
import type { PlaceOptions } from '../project.js';
import { sizeText } from '../size.js';

/** Makes a plugin of folders with a `SKILL.md`. Throws: `RUSTIC_SKILL_INVALID`, `RUSTIC_PLUGIN_FOLDER`. */
export async function bundle(folder: string | undefined, options: PlaceOptions & { json?: boolean }): Promise<number> {
  const plugin = await openPlugin(folder ?? '.', options.cwd);
  const made = await bundleOf(plugin);
  if (!(await isBundle(plugin))) {
    const reason = 'it has code of its own in src or dist, which would be lost';
    throw cliError('RUSTIC_PLUGIN_FOLDER', { folder: plugin.root, reason });
  }
  await writeBundle(plugin, made);
  const { manifest, files } = made;
  const skills = made.skills.map(({ name, description, files: own }) => ({ name, description, files: own.length }));
  const bytes = [...files.values()].reduce((sum, one) => sum + one.bytes.length, 0);
  const lines = [
    ...skills.map(({ name, description }) => `skill ${name}: ${description}`),
    `Wrote ${manifest.id} into dist and package.json: ${files.size} files, ${sizeText(bytes)}.`,
  ];
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ id: manifest.id, skills, files: files.size, bytes })}\n`
      : `${lines.map(visibleLine).join('\n')}\n`,
  );
  return 0;
}
