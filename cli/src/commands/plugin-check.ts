import { createChecks, describeCheck } from '../checks.js';
import { cliError } from '../errors.js';
import { kernelVersion } from '../peers.js';
import { checkPlugin } from '../plugin/check.js';
import { openPlugin } from '../plugin/folder.js';
import { own, type PlaceOptions } from '../project.js';

/** Checks what a plugin promises to those who add it. Throws: `RUSTIC_PLUGIN_CHECK_FAILED` after printing, but for JSON. */
export async function check(folder: string | undefined, options: PlaceOptions & { json?: boolean }): Promise<number> {
  const plugin = await openPlugin(folder ?? '.', options.cwd);
  const checks = createChecks();
  await checkPlugin(plugin, checks, await kernelVersion(own));
  const failed = checks.list.filter(({ ok }) => !ok).length;
  const { name, version } = plugin.json;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ok: failed === 0, package: name, version, checks: checks.list })}\n`
      : checks.list.map(describeCheck).join(''),
  );
  if (failed > 0 && !options.json) throw cliError('RUSTIC_PLUGIN_CHECK_FAILED', { count: failed });
  return failed > 0 ? 1 : 0;
}
