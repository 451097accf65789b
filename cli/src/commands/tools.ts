import { errorInfo, type Kernel } from '@rustic-ai/kernel';
import { type BreakerState, toolFacts, type ToolKind, type ToolStats, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import type { PlaceOptions } from '../project.js';

/** A tool of the composition. */
interface ToolRow {
  readonly name: string;
  readonly plugin: string;
  readonly summary: string;
  readonly kind: ToolKind;
  readonly effects?: object;
  readonly baskets: readonly string[];
  /** Absent: no plugin of the composition has breakers. */
  readonly breaker?: BreakerState;
  /** What keeps it from working. Absent: nobody looked. */
  readonly problems?: readonly string[];
}

/** Prints the tools of the composition. `check`: starts their plugins and asks what they depend on; 1 if one can't work. */
export const list = (options: PlaceOptions & { json?: boolean; basket?: string; check?: boolean }): Promise<number> =>
  withKernel(options, async (kernel) => {
    const { basket } = options;
    const tools = await kernel.use('tool').list(basket === undefined ? {} : { basket });
    const resilience = kernel.provider('resilience') ? await kernel.service('resilience') : undefined;
    const breakers = resilience?.breakers().filter(({ operation }) => operation === 'tool');
    const problems = options.check
      ? await problemsOf(kernel, [...new Set(tools.map(({ plugin }) => plugin))])
      : undefined;
    const rows = tools.map(({ name, plugin, declaration }): ToolRow => {
      const { summary, effects, baskets = [] } = declaration;
      const breaker = breakers && (breakers.find((one) => one.name === name)?.state ?? 'closed');
      return {
        ...{ name, plugin, summary, kind: toolFacts(declaration).kind ?? 'other', baskets },
        ...(effects && { effects }),
        ...(breaker && { breaker }),
        ...(problems && { problems: problems(name, plugin) }),
      };
    });
    if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else if (rows.length === 0)
      process.stderr.write(basket === undefined ? 'The composition has no tool.\n' : `No tool is in "${basket}".\n`);
    else process.stdout.write(rows.map(describeTool).join(''));
    return rows.some((row) => row.problems?.length) ? 1 : 0;
  });

/** What keeps the tools of these plugins from working, by tool and plugin. */
async function problemsOf(kernel: Kernel, plugins: readonly string[]) {
  const failed = new Map<string, string>();
  for (const plugin of plugins)
    await kernel.activate(plugin).catch((error: unknown) => failed.set(plugin, errorInfo(error).message));
  const checks = await kernel.hooks.collect('health.check', { online: false });
  return (name: string, plugin: string): readonly string[] => [
    ...[failed.get(plugin)].filter((message) => message !== undefined),
    ...checks.filter(({ ok, tools }) => !ok && tools?.includes(name)).map(({ note }) => note),
  ];
}

function describeTool({ name, plugin, summary, kind, baskets, breaker, problems }: ToolRow): string {
  const parts = [
    `${kind}, by ${plugin}`,
    summary,
    baskets.length > 0 ? `in ${baskets.join(', ')}` : '',
    breaker === undefined || breaker === 'closed' ? '' : `left alone for a while: its breaker is ${breaker}`,
    problems?.length === 0 ? 'works' : '',
    ...(problems ?? []).map((problem) => `FAILED: ${problem}`),
  ];
  return `${visibleLine(name)}  ${visibleLine(parts.filter((part) => part !== '').join(' · '))}\n`;
}

/** Prints how the tools were used. Throws: `RUSTIC_CAPABILITY_MISSING` where nobody counts. */
export const stats = (options: PlaceOptions & { json?: boolean; clear?: boolean }): Promise<number> =>
  withKernel(options, async (kernel) => {
    const statistics = await kernel.service('tool.stats');
    const rows = await statistics.list();
    if (options.clear) await statistics.clear();
    if (options.json) process.stdout.write(`${JSON.stringify(options.clear ? { cleared: rows.length } : rows)}\n`);
    else if (options.clear) process.stdout.write(`Forgot the counts of ${rows.length} tools.\n`);
    else if (rows.length === 0) process.stderr.write('No tool was called yet.\n');
    else process.stdout.write(rows.map(describeStats).join(''));
    return 0;
  });

function describeStats({
  name,
  calls,
  denied,
  timedOut,
  failed,
  cached,
  halfMs,
  mostMs,
  longestMs,
}: ToolStats): string {
  const counts = Object.entries({ denied, 'timed out': timedOut, failed, 'from memory': cached });
  const ends = counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
  const times = `half within ${halfMs} ms, 95 of 100 within ${mostMs} ms, at most ${longestMs} ms`;
  return `${visibleLine(name)}  ${[`${calls} calls`, ...ends, times].join(' · ')}\n`;
}
