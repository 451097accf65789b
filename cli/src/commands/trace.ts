import type { Kernel } from '@rustic-ai/kernel';
import { type HookTraceRow, turnsIn, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

/** What of one turn is shown at most, the newest. */
const most = 10_000;

/** Prints which plugin changed what in one turn. Throws: `RUSTIC_SESSION_UNKNOWN`, `RUSTIC_CAPABILITY_MISSING`. */
export const trace = (
  turn: number | undefined,
  options: PlaceOptions & { session?: string; json?: boolean },
): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const { session, turns } = await sessionOf(kernel, folder, options.session);
    const wanted = turn ?? turns;
    if (wanted < 1 || wanted > turns)
      throw cliError('RUSTIC_USAGE', {
        reason: `The session ${session} has no turn ${wanted}.`,
        hint: turns > 0 ? `Name a turn from 1 to ${turns}.` : 'Run: rustic session list',
      });
    const changes = await (await kernel.service('hook.trace')).read({ session, turn: wanted, limit: most });
    if (options.json) process.stdout.write(`${JSON.stringify({ session, turn: wanted, changes })}\n`);
    else if (changes.length === 0)
      process.stderr.write(`No plugin changed anything in turn ${wanted} of ${session}.\n`);
    else {
      process.stdout.write(`session ${session}, turn ${wanted}\n${changes.map(describeChange).join('')}`);
      if (changes.length === most) process.stderr.write(`These are the newest ${most}; there may be more.\n`);
    }
    return 0;
  });

async function sessionOf(kernel: Kernel, project: string, id: string | undefined) {
  const sessions = await kernel.service('session');
  const wanted = id ?? (await sessions.list({ project, limit: 1 }))[0]?.id;
  if (!wanted) throw cliError('RUSTIC_USAGE', { reason: 'There are no sessions here yet.', hint: 'Run: rustic run' });
  const log = await sessions.open(wanted);
  // A turn is one prompt and everything until its answer.
  const turns = turnsIn(await log.entries());
  return { session: log.info.id, turns };
}

/** Digest of a part that is not there. Source: FIPS 180-4, sha-256 of nothing. */
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const shortDigest = (digest: string) => (digest === nothing ? 'nothing' : digest.slice(0, 12));

function describeChange({ hook, plugin, version, path, before, after, durationMs, call }: HookTraceRow): string {
  const digests = `${shortDigest(before)} -> ${shortDigest(after)}`;
  const text = `  ${hook}  ${plugin}@${version}  ${path || '(all of it)'}  ${digests}  ${durationMs.toFixed(3)} ms`;
  return `${visibleLine(call === undefined ? text : `${text}  call ${call}`)}\n`;
}
