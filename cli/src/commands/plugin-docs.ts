import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseManifest } from '@rustic-ai/kernel/compose';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { openPlugin } from '../plugin/folder.js';
import { withTables } from '../plugin/readme.js';
import type { PlaceOptions } from '../project.js';

/**
 * Writes the tables of a plugin's README from the manifest in its `package.json`; with `check` it only says which lines
 * differ, and gives 1.
 */
export async function docs(
  folder: string | undefined,
  options: PlaceOptions & { check?: boolean; json?: boolean },
): Promise<number> {
  const { root, json } = await openPlugin(folder ?? '.', options.cwd);
  const manifest = parseManifest(json.rustic?.manifest, json.name ?? 'package.json');
  const file = join(root, 'README.md');
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return `# ${json.name ?? manifest.id}\n`;
    throw cliError(
      'RUSTIC_PLUGIN_FOLDER',
      { folder: root, reason: `its README.md can not be read (${error.message})` },
      error,
    );
  });
  const after = withTables(before, manifest);
  const changed = after !== before;
  if (changed && !options.check) await writeFile(file, after);
  const differing = differences(before, after);
  const said = !changed ? `${file} is up to date\n` : options.check ? differing.join('') : `Wrote ${file}\n`;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ file, upToDate: !changed, differing })}\n`
      : said.replaceAll(/[^\n]+/g, visibleLine),
  );
  if (changed && options.check && !options.json) throw cliError('RUSTIC_PLUGIN_README', { file });
  return changed && options.check ? 1 : 0;
}

/** The lines only one of two texts has, as a diff shows them. */
function differences(before: string, after: string): readonly string[] {
  const [old, made] = [before, after].map((text) => new Set(text.split('\n'))) as [Set<string>, Set<string>];
  return [
    ...[...old].filter((line) => !made.has(line)).map((line) => `- ${line}\n`),
    ...[...made].filter((line) => !old.has(line)).map((line) => `+ ${line}\n`),
  ];
}
