import { cliError } from '../errors.js';
import { toolOf } from './tools.js';

interface Publint {
  publint(options: {
    readonly pkgDir: string;
    readonly strict: boolean;
  }): Promise<{ readonly messages: readonly object[]; readonly pkg: object }>;
}
interface PublintUtils {
  formatMessage(message: object, pkg: object): string | undefined;
}

/** Whether what it exports is there, and is what it says. The tool for it is the author's. Throws: `RUSTIC_PLUGIN_CHECK`. */
export async function exportsOf(root: string): Promise<string> {
  const found = await toolOf<[Publint, PublintUtils]>(root, ['publint', 'publint/utils']);
  if (!found) return 'not looked at: npm install --save-dev publint';
  const [{ publint }, { formatMessage }] = found;
  const { messages, pkg } = await publint({ pkgDir: root, strict: true });
  const [first] = messages;
  if (first)
    throw cliError('RUSTIC_PLUGIN_CHECK', {
      what: plain(formatMessage(first, pkg) ?? JSON.stringify(first)),
      fix: 'Correct "exports" and "files" in package.json.',
    });
  return 'what it exports is there';
}
const plain = (text: string) => text.replaceAll(/\u001b\[[\d;]*m/g, '');
