import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createPluginError } from './errors.js';

export const help = `Usage: npm create rustic-plugin [dir] -- [options]

Creates a Rustic-AI tool plugin that builds and passes its tests. Works offline and never overwrites a file.

Arguments:
  dir            folder to create it in; default: a folder of the package's name

Options:
  --name <name>  what comes after rustic-plugin-tool-; default: the folder's name
  --yes          do not ask
  --dry-run      say what would be written, and write nothing
  --json         print JSON, and do not ask
  --help         print help
`;

const options = {
  name: { type: 'string' },
  yes: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Throws: `RUSTIC_USAGE_CREATE`. */
export function parseOptions(args: readonly string[]) {
  const usage = (reason: string, cause?: unknown) => createPluginError('RUSTIC_USAGE_CREATE', { reason }, cause);
  const parse = () => {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
      // Node's first sentence says what is wrong; the rest is about parseArgs.
      throw usage(`${(error as Error).message.split('. ')[0]?.replace(/\.$/, '')}.`, error);
    }
  };
  const { values, positionals } = parse();
  const [dir, ...more] = positionals;
  if (more.length > 0) throw usage(`One folder is enough; there is also ${more.join(' ')}.`);
  return { ...values, dir, name: values.name ?? (dir === undefined ? undefined : basename(resolve(dir))) };
}
