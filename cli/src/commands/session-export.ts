import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { errorInfo } from '@rustic-ai/kernel';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';
import { parseExported, toJson, toJsonLines } from '../transcript/file.js';

export type ExportFormat = 'json' | 'jsonl' | 'md' | 'html';

async function formatter(format: ExportFormat) {
  if (format === 'md') return (await import('../transcript/markdown.js')).toMarkdown;
  if (format === 'html') return (await import('../transcript/html.js')).toHtml;
  return format === 'json' ? toJson : toJsonLines;
}
const failed = (file: string, error: unknown) =>
  cliError(
    'RUSTIC_USAGE',
    { reason: `${file} can not be used: ${errorInfo(error).message}`, hint: 'Name another file.' },
    error,
  );

/** Prints a session as a file, or writes it to one that is not there yet. */
export const exportSession = (
  id: string,
  options: PlaceOptions & { format: ExportFormat; output?: string },
): Promise<number> =>
  withKernel(options, async (kernel) => {
    const log = await (await kernel.service('session')).open(id);
    const entries = await log.entries();
    const content = (await formatter(options.format))(log.info, entries);
    if (options.output === undefined) process.stdout.write(content);
    else {
      const file = resolve(options.output);
      await writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
        throw failed(file, error);
      });
      process.stderr.write(`Wrote ${entries.length} entries to ${file}\n`);
    }
    return 0;
  });

/** Puts in an exported session as it was. Throws: `RUSTIC_IMPORT_INVALID`, `RUSTIC_SESSION_EXISTS`. */
export const importSession = (file: string, options: PlaceOptions & { json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel) => {
    const content = await (file === '-' ? text(process.stdin) : readFile(resolve(file), 'utf8')).catch(
      (error: unknown) => {
        throw failed(file, error);
      },
    );
    const { session, entries } = parseExported(content, file === '-' ? 'standard input' : file);
    await (
      await kernel.service('session')
    ).restore(
      session,
      entries.map(({ seq: _, ...entry }) => entry),
    );
    if (options.json) process.stdout.write(`${JSON.stringify({ session })}\n`);
    else process.stdout.write(`${session.id}\n`);
    return 0;
  });
