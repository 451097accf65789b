import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createPluginError } from './errors.js';
import { isKind, isManager, type Kind, kinds, type Manager, managers } from './kinds.js';

export const help = `Usage: npm create rustic-plugin [dir] -- [options]

Creates a Rustic-AI plugin that builds and passes its tests. Never overwrites a file. Only installing what it needs
takes a network; when that fails, nothing is left behind.

Arguments:
  dir             folder to create it in; default: a folder of the package's name

Options:
  --kind <kind>   ${kinds.join(', ')}; default: tool
  --name <name>   what comes after rustic-plugin-KIND-; default: the folder's name
  --scope <name>  publish it as @name/rustic-plugin-…; default: none
  --pm <name>     ${Object.keys(managers).join(', ')}; default: the one that runs this
  --yes           do not ask
  --no-install    do not install what it needs
  --no-git        do not make it a git repository
  --dry-run       say what would be written, and write nothing
  --json          print JSON, and do not ask
  --help          print help
`;

const options = {
  kind: { type: 'string' },
  name: { type: 'string' },
  scope: { type: 'string' },
  pm: { type: 'string' },
  yes: { type: 'boolean' },
  'no-install': { type: 'boolean' },
  'no-git': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface Options {
  readonly dir?: string | undefined;
  readonly kind?: Kind | undefined;
  readonly name?: string | undefined;
  readonly scope?: string | undefined;
  readonly pm: Manager;
  readonly yes: boolean;
  readonly install: boolean;
  readonly git: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Throws: `RUSTIC_USAGE_CREATE`. */
export function parseOptions(args: readonly string[], agent: string | undefined): Options {
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
  const { kind, pm = agent?.split('/')[0] ?? 'npm', yes = false, json = false, help: asksHelp = false } = values;
  if (kind !== undefined && !isKind(kind)) throw usage(`There is no kind "${kind}"; it is one of ${kinds.join(', ')}.`);
  if (values.pm !== undefined && !isManager(pm))
    throw usage(`There is no package manager "${pm}"; it is one of ${Object.keys(managers).join(', ')}.`);
  return {
    dir,
    kind,
    name: values.name ?? (dir === undefined ? undefined : basename(resolve(dir))),
    scope: values.scope,
    pm: isManager(pm) ? pm : 'npm',
    yes,
    install: !values['no-install'],
    git: !values['no-git'],
    dryRun: values['dry-run'] ?? false,
    json,
    help: asksHelp,
  };
}
