import { visibleLine } from '@rustic-ai/kernel/contracts';
import { errorInfo } from '@rustic-ai/kernel';
import { officialPlugins, scope } from '../composing/official.js';
import { interruptible } from '../child.js';
import { runManager } from '../composing/process.js';
import { openPlace, type PlaceOptions } from '../project.js';

/** How many plugins a registry is asked for. */
const most = 50;
/** How long it may take. Unit: ms. */
const limitMs = 20_000;

interface Found {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly official: boolean;
}

/** Lists the official plugins that hold all the words, then those of the registry. */
export async function search(
  words: readonly string[],
  options: PlaceOptions & { offline?: boolean; json?: boolean },
): Promise<number> {
  const { from } = await openPlace(options);
  const holds = ({ name, description }: { readonly name: string; readonly description: string }) =>
    words.every((word) => `${name} ${description}`.toLowerCase().includes(word.toLowerCase()));
  const official = (await officialPlugins()).filter(holds).map(({ name, version, description }) => ({
    name,
    version,
    description,
    official: true,
  }));
  const others = options.offline ? [] : await inRegistry(words, from);
  const found = [...official, ...others.filter(({ name }) => !official.some((one) => one.name === name))];
  const lines = found.map(
    (one) => `${one.official ? one.name.slice(scope.length) : one.name} ${one.version}: ${one.description}`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else process.stdout.write(`${(lines.length > 0 ? lines : ['Nothing was found.']).map(visibleLine).join('\n')}\n`);
  return 0;
}

/** What npm finds of this kind. A registry that can't be asked is said on stderr. */
async function inRegistry(words: readonly string[], folder: string): Promise<readonly Found[]> {
  const args = [
    'search',
    '--json',
    '--loglevel=error',
    `--searchlimit=${most}`,
    '--',
    'keywords:rustic-ai-plugin',
    ...words,
  ];
  try {
    const said = await interruptible((signal) =>
      runManager({ command: 'npm', args, folder, signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) }),
    );
    const list = JSON.parse(said) as readonly Partial<Found>[];
    return list.map(({ name = '', version = '', description = '' }) => {
      return { name, version, description: description.slice(0, 200), official: name.startsWith(scope) };
    });
  } catch (error) {
    const { message } = errorInfo(error);
    process.stderr.write(`The registry was not asked: ${visibleLine(message.split('\n')[0] ?? '')}\n`);
    return [];
  }
}
