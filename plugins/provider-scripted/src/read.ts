import { readFile } from 'node:fs/promises';
import { modelError } from '@rustic-ai/kernel/contracts';
import type { Scenario } from './scenario.js';

/**
 * Reads and parses a scenario; `file` is what errors call it. The YAML parser is loaded meanwhile.
 *
 * Throws: `RUSTIC_MODEL_SCENARIO`, at 1:1 when the file can't be read.
 */
export async function readScenario(path: string, file: string): Promise<Scenario> {
  const parser = import('./parse.js');
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'ENOENT' ? 'there is no such file' : `it can not be read (${error.code ?? error.message})`;
    throw modelError('RUSTIC_MODEL_SCENARIO', { file, line: 1, column: 1, reason }, error);
  });
  const { parseScenario } = await parser;
  return parseScenario(content, file);
}
