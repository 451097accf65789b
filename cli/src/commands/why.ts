import { basename } from 'node:path';
import type { Lock } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { edgesOf, pluginNamed, providersOf, waysTo } from '../composing/facts.js';
import { cliError } from '../errors.js';
import { openPlace, type PlaceOptions } from '../project.js';
import { suggest } from '../suggest.js';

/** Prints why a capability, a plugin or any package is there: who provides it, who needs it, what brought it in. */
export async function why(word: string, options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const lock = await place.lock();
  const plugin = pluginNamed(lock, word);
  const edges = edgesOf(lock);
  const isCapability = edges.some(({ capability }) => capability === word) || providersOf(lock, word).length > 0;
  const ways = plugin || isCapability ? [] : await waysTo(lock, word, place.from);
  if (!plugin && !isCapability && ways.length === 0) throw unknown(lock, word);
  const data = plugin
    ? {
        plugin: plugin.id,
        package: plugin.package,
        listed: true,
        neededBy: edges
          .filter(({ to, form }) => form !== 'all' && to.includes(plugin.id))
          .map(({ from, capability, form }) => ({ plugin: from, capability, form })),
      }
    : isCapability
      ? {
          capability: word,
          providedBy: providersOf(lock, word),
          bound: lock.bind[word] ?? null,
          neededBy: edges
            .filter(({ capability }) => capability === word)
            .map(({ from, form, to }) => ({ plugin: from, form, from: to })),
        }
      : { package: word, ways };
  const file = place.file === undefined ? 'the composition' : basename(place.file);
  const lines = linesOf({ ...data, file }).map(visibleLine);
  process.stdout.write(options.json ? `${JSON.stringify(data)}\n` : `${lines.join('\n')}\n`);
  return 0;
}

interface Reasons {
  readonly plugin?: string;
  readonly capability?: string;
  readonly package?: string;
  readonly providedBy?: readonly string[];
  readonly bound?: string | null;
  readonly neededBy?: readonly { readonly plugin: string; readonly form: string; readonly capability?: string }[];
  readonly ways?: readonly (readonly string[])[];
}
function linesOf({
  plugin,
  capability,
  package: name,
  providedBy,
  bound,
  neededBy = [],
  ways,
  file,
}: Reasons & { readonly file: string }): readonly string[] {
  if (ways) return ways.map((way) => way.join(' > '));
  const needs = neededBy.map((one) => `  ${one.plugin} requires ${one.form} ${one.capability ?? capability}`);
  const nobody = ['  no other plugin requires it'];
  if (plugin) return [`${plugin} is there because ${file} lists ${name}`, ...(needs.length > 0 ? needs : nobody)];
  return [
    `${capability} is provided by ${providedBy?.join(', ') || 'this program'}${bound ? `, and bound to ${bound}` : ''}`,
    ...(needs.length > 0 ? needs : nobody),
  ];
}

function unknown(lock: Lock, word: string) {
  const known = [...lock.plugins.map(({ id }) => id), ...edgesOf(lock).map(({ capability }) => capability)];
  const hint = suggest(word, [...new Set(known)]);
  return cliError('RUSTIC_USAGE', { reason: `Nothing of this composition is or brings "${word}".`, hint });
}
