import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Access, type Rule, ruleAllowing, type Verdict } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { grantedAtMost } from '../ceiling.js';
import { openPlace, type PlaceOptions } from '../project.js';
import { judging, ruleText, standingOf, standingRules } from '../standing.js';

interface Because {
  readonly rule?: Rule;
  /** The file of the rule; `built-in`; `default`: no rule; `ceiling`: the plugin was never granted it. */
  readonly source: string;
}
interface Said extends Access, Because {
  readonly decision: Rule['effect'];
  readonly plugin?: string | undefined;
  /** Of a command line: what it runs. */
  readonly parts: readonly (Because & { readonly text: string; readonly decision: Rule['effect'] })[];
  readonly wouldStore?: Rule;
}

/**
 * Says what is decided about an access, and why: by the ceiling of the plugin that asks, rules and defaults. Nothing is
 * run, and no plugin is imported.
 */
export async function explain(
  resource: string,
  options: PlaceOptions & { action: string; plugin?: string; target?: string; json?: boolean },
): Promise<number> {
  const { action, plugin, target } = options;
  const place = await openPlace(options);
  const standing = await standingRules(place);
  const access = { action, resource, ...(target !== undefined && { target }) };
  if (plugin !== undefined && !(await grantedAtMost(plugin, access, place)))
    return say({ decision: 'deny', ...access, plugin, parts: [], source: 'ceiling' }, options);
  const kernel = await judging(
    place,
    standing.flatMap(({ scope, rule }) => (scope === 'builtin' ? [] : [rule])),
  );
  const { effect, rule: decisive, parts = [] } = await kernel.judge(access, plugin);
  await kernel.dispose();
  const real = action.startsWith('fs.') && !target ? await realPath(resolve(place.folder, resource)) : resource;
  const storable = effect === 'ask' && !decisive?.every;
  const wouldStore = storable ? await ruleAllowing({ ...access, resource: real }) : undefined;
  const because = (rule: Verdict['rule']): Because => {
    const found = rule && standingOf(rule, standing);
    return found ? { rule: found.rule, source: found.source } : { source: 'default' };
  };
  const said: Said = {
    decision: effect,
    ...access,
    ...(plugin !== undefined && { plugin }),
    parts: parts.map((part) => ({ text: part.text, decision: part.effect, ...because(part.rule) })),
    ...because(decisive),
    ...(wouldStore && { wouldStore }),
  };
  return say(said, options);
}

function say(said: Said, { json = false }: { readonly json?: boolean }): number {
  const { decision, action, resource, parts, wouldStore } = said;
  const lines = [
    `${decision}: ${action} ${resource}`,
    ...parts.map((part) => `  ${part.decision.padEnd(5)}  ${part.text}  (${why(part, said)})`),
    ...(parts.length > 0 ? [] : [`  ${why(said, said)}`]),
    ...(decision === 'ask'
      ? [`"always" would store: ${wouldStore ? ruleText(wouldStore) : 'nothing: it is asked each time'}`]
      : []),
  ];
  process.stdout.write(json ? `${JSON.stringify(said)}\n` : lines.map((line) => `${visibleLine(line)}\n`).join(''));
  return 0;
}

function why({ rule, source }: Because, { action, plugin }: Said): string {
  if (rule) return `${ruleText(rule)}; ${source}${rule.reason ? `: ${rule.reason}` : ''}`;
  return source === 'ceiling'
    ? `never granted to ${plugin}, whatever the rules say`
    : `no rule; the default of ${action}`;
}

/** The real path, as the gate makes it before it looks; of what is not there yet, that of the nearest folder that is. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await realPath(dirname(path)), basename(path));
  }
}
