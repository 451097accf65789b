import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@rustic-ai/kernel';
import { toolAt } from '../building/tools.js';
import { cliError } from '../errors.js';
import { runChild } from './child.js';

interface VitestReport {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
const file = 'test/conformance.test.ts';
const fails = (what: string, fix: string) => cliError('RUSTIC_PLUGIN_CHECK', { what, fix });

/**
 * Runs the plugin's conformance tests: within a kernel, so that a permission it uses and did not ask for is refused there.
 *
 * Throws: `RUSTIC_PLUGIN_CHECK` with the first rule that does not hold.
 */
export async function conformanceOf(root: string, manifest: Manifest | undefined): Promise<string> {
  const { service, hook: _, ...operations } = manifest?.contributes ?? {};
  const held = Object.keys({ ...service, ...operations });
  if (!existsSync(join(root, file))) {
    if (held.length === 0) return 'it contributes nothing that has a suite';
    throw fails(
      `there is no ${file}`,
      'Add it: a few lines that call the suite of its contract, from @rustic-ai/kernel/testing.',
    );
  }
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'rustic-conformance-'));
  const output = join(folder, 'report.json');
  const vitest = existsSync(program) ? program : vitestFrom(root);
  const args = [vitest, 'run', '--root', root, '--reporter=json', `--outputFile=${output}`, file];
  let report: VitestReport;
  try {
    const { stderr } = await runChild(process.execPath, args, { cwd: root, limitMs: 300_000 });
    const text = await readFile(output, 'utf8').catch(() => undefined);
    if (text === undefined) throw fails(`${file} could not be run`, stderr.trim().split('\n')[0] || 'Run: npm test');
    report = JSON.parse(text) as VitestReport;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const all = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = all.find(({ status }) => status === 'failed');
  if (broken) throw fails(broken.fullName, 'Repair it; to see more, run: npm test');
  const passed = all.filter(({ status }) => status === 'passed').length;
  if (passed === 0) throw fails(report.testResults[0]?.message || `${file} has no tests`, 'Run: npm test');
  return `${passed} rules hold`;
}

function vitestFrom(root: string): string {
  try {
    return join(toolAt('vitest/package.json', root), '../vitest.mjs');
  } catch (error) {
    throw cliError(
      'RUSTIC_PLUGIN_CHECK',
      { what: 'vitest is not installed', fix: 'Run: npm install --save-dev vitest' },
      error,
    );
  }
}
