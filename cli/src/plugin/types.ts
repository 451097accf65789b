import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRusticError } from '@rustic-ai/kernel';
import { toolAt } from '../building/bundle.js';
import { cliError } from '../errors.js';

interface Publint {
  publint(options: {
    readonly pkgDir: string;
    readonly strict: boolean;
  }): Promise<{ readonly messages: readonly object[]; readonly pkg: object }>;
}
interface PublintUtils {
  formatMessage(message: object, pkg: object): string | undefined;
}

/** Whether what it exports resolves, with its types. The tool for it is the author's. Throws: `RUSTIC_PLUGIN_CHECK`. */
export async function typesOf(root: string): Promise<string> {
  const missing = 'not looked at: npm install --save-dev publint';
  const found = await load(root).catch((error: unknown) => {
    if (isRusticError(error)) return undefined;
    throw error;
  });
  if (!found) return missing;
  const { messages, pkg } = await found.publint({ pkgDir: root, strict: true });
  const [first] = messages;
  if (first)
    throw cliError('RUSTIC_PLUGIN_CHECK', {
      what: plain(found.formatMessage(first, pkg) ?? JSON.stringify(first)),
      fix: 'Correct "exports" and "files" in package.json.',
    });
  return 'what it exports resolves';
}
const plain = (text: string) => text.replaceAll(/\u001b\[[\d;]*m/g, '');

async function load(root: string): Promise<Publint & PublintUtils> {
  const at = (specifier: string) => pathToFileURL(toolAt(specifier, join(root, 'package.json'))).href;
  const [{ publint }, { formatMessage }] = (await Promise.all([
    import(at('publint')),
    import(at('publint/utils')),
  ])) as [Publint, PublintUtils];
  return { publint, formatMessage };
}
