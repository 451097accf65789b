import { errorInfo, isRusticError, RusticError } from '@rustic-ai/kernel';
import { type PluginPackage, readPackage } from '@rustic-ai/kernel/compose';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { stemOf } from '../config/formats.js';
import { cliError } from '../errors.js';
import { suggest } from '../suggest.js';
import { ask, canAsk } from './ask.js';
import { ownName, type Renaming } from './rustic-json.js';
import type { ComposedPlace } from './target.js';

/** As `--rename` takes it. */
const asTyped = ({ operation, name, to }: Renaming) => `${operation}/${name}=${to}`;

/**
 * Reads `operation/name=other`, each about the last of the plugins that has such an operation.
 *
 * Throws: `RUSTIC_USAGE`.
 */
export function renamingsGiven(
  given: readonly string[],
  plugins: readonly PluginPackage[],
  text: string,
): readonly Renaming[] {
  const all = plugins.flatMap(({ package: name, manifest }) => {
    const { service: _, hook: __, ...operations } = manifest.contributes ?? {};
    return Object.entries(operations).flatMap(([operation, members]) =>
      Object.keys(members ?? {}).map((member) => ({ package: name, operation, name: member })),
    );
  });
  return given.map((one) => {
    const [, operation = '', called = '', to] = /^([^/=]+)\/(.+)=([^=]+)$/.exec(one) ?? [];
    const usage = (reason: string, hint: string) => cliError('RUSTIC_USAGE', { reason, hint });
    if (to === undefined) throw usage(`"${one}" renames nothing.`, 'Write --rename operation/name=other.');
    const found = all.findLast(
      (member) => member.operation === operation && member.name === ownName(text, member.package, operation, called),
    );
    if (found) return { ...found, to };
    const known = all.map((member) => `${member.operation}/${member.name}`);
    throw usage(`What is added has no ${operation} "${called}".`, suggest(`${operation}/${called}`, known));
  });
}

/** A name that the operation of a plugin could have beside another of its name. */
function proposed(operation: string, name: string, plugin: string): string {
  const own = plugin.replace(/^@[^/]*\//, '').replace(new RegExp(`^${operation}-`), '');
  return `${own.replaceAll(/\W/g, '_')}_${name}`.slice(0, 64);
}

/**
 * Two plugins that contribute the same name: the error with a name that would do for that of the second. Any other error
 * stays as it is.
 *
 * `again`: the command takes names. Default: the fix is a command of its own.
 */
export async function withNewName(caught: unknown, place: ComposedPlace, again?: 'again'): Promise<unknown> {
  if (!isRusticError(caught) || caught.code !== 'RUSTIC_CAPABILITY_TAKEN') return caught;
  const { operation, name, first, second } = caught.details as unknown as Details;
  const { plugins } = await place.composition();
  for (const { package: listed, rename = {} } of plugins) {
    const found = await readPackage(listed, place.from).catch(() => undefined);
    if (found?.manifest.id !== second) continue;
    const own = Object.entries(rename[operation] ?? {}).find(([, to]) => to === name)?.[0] ?? name;
    const renaming = { package: listed, operation, name: own, to: proposed(operation, own, second) };
    const flag = `--rename ${asTyped(renaming)}`;
    const flags = `${flag} --no-install${flagsOf(place)}`;
    const fix = again
      ? `Give it another name: run the command again with ${flag}`
      : `Give it another name: rustic add ${listed} ${flags}; or take one out: rustic remove ${first}`;
    return new RusticError({ ...errorInfo(caught), fix, details: { ...caught.details, renaming } }, caught);
  }
  return caught;
}
interface Details {
  readonly operation: string;
  readonly name: string;
  readonly first: string;
  readonly second: string;
  readonly renaming?: Renaming;
}
const flagsOf = ({ personal, built, folder, from, file }: ComposedPlace) => {
  if (personal) return built ? '' : ' --global';
  return stemOf(file) === 'rustic' && from === folder ? '' : ` --config ${file}`;
};

/** Asks what the second of two that have one name shall be called. Shape: undefined where nobody can be asked, or it is about something else. */
export async function askName(error: unknown, signal: AbortSignal): Promise<Renaming | undefined> {
  if (!isRusticError(error) || !canAsk()) return undefined;
  const { renaming, operation, name, first, second } = error.details as unknown as Details;
  if (!renaming) return undefined;
  const two = `Both ${first} and ${second} contribute the ${operation} "${name}".`;
  const question = `${two} What shall that of ${second} be called? [${renaming.to}] `;
  return { ...renaming, to: (await ask(visibleLine(question), signal)) || renaming.to };
}
