import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { starterText } from '../composing/starter.js';
import { compositionVersion, readComposition } from '../composition.js';
import { fileOf, type Scope } from '../config/sources.js';
import { cliError } from '../errors.js';
import { openPlace, type Place, type PlaceOptions } from '../project.js';

type Options = PlaceOptions & { readonly json?: boolean; readonly user?: boolean; readonly local?: boolean };

/** What a layer can say, without any of it said. */
const layerText = `{
  // Options of plugins of the composition: [["package", { "option": "value" }]]
  // "plugins": [],
  // Who provides what several could, such as { "model": "openai/gpt-5" }
  // "bind": {},
  // What is allowed, asked or denied, beside the rules of the composition.
  "permissions": { "rules": [] },
}
`;
const scopeOf = ({ user, local }: Options): Scope => {
  if (user && local)
    throw cliError('RUSTIC_USAGE', {
      reason: '--user and --local exclude each other.',
      hint: 'Leave one of them out.',
    });
  return user ? 'user' : local ? 'local' : 'project';
};
const fileIn = (place: Place, scope: Scope): string => fileOf(place, scope) ?? join(place.folder, 'rustic.json');
const print = ({ json }: Options, data: unknown, text: string) =>
  void process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${visibleLine(text)}\n`);

/** Writes a file of settings with comments that say what can stand in it; never over one. Throws: `RUSTIC_CONFIG_EXISTS`. */
export async function initFile(options: Options): Promise<number> {
  const place = await openPlace(options);
  const scope = scopeOf(options);
  const file = scope === 'local' ? join(place.folder, 'rustic.local.json') : fileIn(place, scope);
  const there = (cause?: unknown) => cliError('RUSTIC_CONFIG_EXISTS', { file }, cause);
  if (existsSync(file)) throw there();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const text = scope === 'project' ? starterText() : layerText;
  await writeFile(file, text, { flag: 'wx', ...(scope === 'user' && { mode: 0o600 }) }).catch((error: unknown) => {
    throw there(error);
  });
  const next = { project: 'rustic init', local: 'rustic trust', user: 'rustic config check' }[scope];
  print(options, { file }, `Wrote ${file}`);
  if (!options.json && scope === 'project') process.stdout.write(`Its plugins are not installed yet: ${next}\n`);
  return 0;
}

/** Brings a file of settings to the version this program knows. Throws: `RUSTIC_CONFIG_MISSING`, `RUSTIC_CONFIG_INVALID`. */
export async function migrate(options: Options): Promise<number> {
  const place = await openPlace(options);
  const scope = scopeOf(options);
  const file = fileIn(place, scope);
  // A file that says no version is of the first, which is the only one there is: nothing has to be rewritten.
  await readComposition(file, scope === 'project' ? 'project' : 'layer');
  print(
    options,
    { file, version: compositionVersion, changed: false },
    `${file} is up to date: version ${compositionVersion}`,
  );
  return 0;
}
