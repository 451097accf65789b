import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliError } from '../errors.js';
import { own } from '../project.js';
import { suggest } from '../suggest.js';

/** What is known offline of an official plugin: as it was when this program was built. */
export interface Official {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** What it takes to begin with it, where it provides models. */
  readonly provider?: {
    /** The names of its models; `*` stands for any. */
    readonly family: string;
    readonly models: readonly string[];
    /** The variable its key is in. Absent: it needs none. */
    readonly key?: string;
  };
}
export const scope = '@rustic-ai/plugin-';

export const officialPlugins = async (): Promise<readonly Official[]> =>
  JSON.parse(await readFile(join(own, 'official.json'), 'utf8')) as readonly Official[];

/** The full name of an official plugin. Throws: `RUSTIC_USAGE` when there is none of that name. */
export async function officialName(short: string): Promise<string> {
  const known = (await officialPlugins()).map(({ name }) => name.slice(scope.length));
  if (known.includes(short)) return `${scope}${short}`;
  const reason = `There is no official plugin "${short}", and any other needs its full name.`;
  const close = suggest(short, known);
  throw cliError('RUSTIC_USAGE', { reason, hint: close.startsWith('Did') ? close : 'Run: rustic search' });
}
