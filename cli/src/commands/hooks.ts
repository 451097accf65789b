import type { Kernel, Lock, TapOrder } from '@rustic-ai/kernel';
import { catalogueOf, standard, type TapTimes } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';
import { suggest } from '../suggest.js';

/** One tap, in its place in the chain: what put it there, and what it took. */
interface TapRow extends TapOrder {
  readonly plugin: string;
  readonly version: string;
  /** How often it was timed. */
  readonly timed: number;
  /** Unit: ms. */
  readonly meanMs?: number;
}
interface Chain {
  readonly hook: string;
  readonly kind: string;
  readonly taps: readonly TapRow[];
}

/** Prints who taps which hook, in the order of the calls. */
export const hooks = (hook: string | undefined, options: PlaceOptions & { json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel, place) => {
    const known = catalogueOf(standard).map(({ id }) => id);
    if (hook !== undefined && !known.includes(hook))
      throw cliError('RUSTIC_USAGE', { reason: `There is no hook "${hook}".`, hint: suggest(hook, known) });
    const times = kernel.provider('hook.trace') ? await (await kernel.service('hook.trace')).times() : [];
    const chains = chainsOf(kernel, await place.lock(), times).filter((chain) => (hook ?? chain.hook) === chain.hook);
    if (options.json) process.stdout.write(`${JSON.stringify(chains)}\n`);
    else if (chains.length === 0) process.stderr.write(`No plugin taps ${hook ?? 'a hook'}.\n`);
    else process.stdout.write(chains.map(describeChain).join(''));
    return 0;
  });

function chainsOf({ hooks: bus }: Kernel, { plugins }: Lock, times: readonly TapTimes[]): readonly Chain[] {
  return catalogueOf(standard)
    .map(({ id, kind }) => ({ hook: id, kind, chain: bus.chain(id) }))
    .filter(({ chain }) => chain.length > 0)
    .map(({ hook, kind, chain }) => ({
      hook,
      kind,
      taps: chain.map((plugin): TapRow => {
        const { version = '', manifest } = plugins.find(({ id }) => id === plugin) ?? {};
        const { stage = 'normal', before, after } = manifest?.contributes?.hook?.[hook] ?? {};
        const { timed = 0, totalMs = 0 } = times.find((one) => one.hook === hook && one.plugin === plugin) ?? {};
        const edges = { ...(before && { before }), ...(after && { after }) };
        return { plugin, version, stage, ...edges, timed, ...(timed > 0 && { meanMs: totalMs / timed }) };
      }),
    }));
}

function describeChain({ hook, kind, taps }: Chain): string {
  const lines = taps.map(({ plugin, version, stage, before, after, timed, meanMs }, index) => {
    const put = [
      stage,
      ...(before ? [`before ${before.join(', ')}`] : []),
      ...(after ? [`after ${after.join(', ')}`] : []),
    ];
    const took = meanMs === undefined ? 'not timed yet' : `${meanMs.toFixed(3)} ms, the mean of ${timed}`;
    return `  ${index + 1}. ${plugin}@${version}  ${put.join('; ')}  ${took}\n`;
  });
  return `${hook} (${kind})\n${lines.join('')}`;
}
