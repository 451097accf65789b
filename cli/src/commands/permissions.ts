import type { Grant } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';
import { ruleText, type Standing, standingRules } from '../standing.js';

const now = () => Date.now();
/** Whether a rule with this end, ISO 8601, holds no more. */
const isOver = (expires: string | undefined) => expires !== undefined && Date.parse(expires) <= now();

/** Prints the rules that hold and the answers that are remembered. */
export const list = (options: PlaceOptions & { json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel, place) => {
    const rules = await standingRules(place);
    const durable = kernel.provider('grants') !== undefined;
    const grants = durable ? await (await kernel.service('grants')).list() : [];
    if (options.json) {
      const data = {
        rules: rules.map(({ scope, source, rule }) => ({ scope, source, ...rule, ...expired(rule.expires) })),
        grants: grants.map((grant) => ({ ...grant, ...expired(grant.rule.expires) })),
      };
      process.stdout.write(`${JSON.stringify(data)}\n`);
      return 0;
    }
    process.stdout.write(`Rules:\n${rules.map(describeRule).join('')}\nRemembered answers:\n`);
    process.stdout.write(grants.length > 0 ? grants.map(describeGrant).join('') : '  none\n');
    if (!durable) process.stderr.write('No plugin keeps answers, so each is forgotten when its process ends.\n');
    return 0;
  });

const expired = (expires: string | undefined) => (isOver(expires) ? { expired: true } : {});
const overMark = (expires: string | undefined) => (isOver(expires) ? ' (expired)' : '');

const describeRule = ({ scope, source, rule }: Standing) => {
  const where = source === 'built-in' ? source : `${scope}: ${source}`;
  return `  ${visibleLine(`${ruleText(rule)}${overMark(rule.expires)}  [${where}]${rule.reason ? `  ${rule.reason}` : ''}`)}\n`;
};

/** One remembered answer in a line: the beginning of its id, what it allows, to whom, where and since when. */
export function describeGrant({ id, plugin, operation, name, rule, scope, within, grantedAt }: Grant): string {
  const where = `${scope}${within === undefined ? '' : ` ${within}`}`;
  const since = grantedAt.slice(0, 16).replace('T', ' ');
  const text = `${id.slice(0, 8)}  ${ruleText(rule)}${overMark(rule.expires)}  to ${operation} ${name} of ${plugin}`;
  return `  ${visibleLine(`${text}  [${where}]  since ${since}`)}\n`;
}

/**
 * Takes remembered answers back, by the beginnings of their ids: all that are named, or none.
 *
 * Throws: `RUSTIC_GRANT_UNKNOWN`, `RUSTIC_GRANT_PREFIX`, `RUSTIC_CAPABILITY_MISSING`.
 */
export const revoke = (
  ids: readonly string[],
  options: PlaceOptions & { all?: boolean; json?: boolean },
): Promise<number> => {
  if (ids.length > 0 === Boolean(options.all))
    throw cliError('RUSTIC_USAGE', {
      reason: options.all ? 'Ids and --all exclude each other.' : 'There is no id to revoke.',
      hint: 'Name ids as "rustic permissions list" prints them, or use --all alone.',
    });
  return withKernel(options, async (kernel) => {
    const store = await kernel.service('grants');
    const all = await store.list();
    const named = options.all ? all : [...new Set(ids.map((id) => grantBy(id, all)))];
    for (const { id } of named) await store.revoke(id);
    if (options.json) process.stdout.write(`${JSON.stringify({ revoked: named.map(({ id }) => id) })}\n`);
    else if (named.length === 0) process.stderr.write('Nothing is remembered.\n');
    else process.stdout.write(`No longer remembered:\n${named.map(describeGrant).join('')}`);
    return 0;
  });
};

function grantBy(id: string, all: readonly Grant[]): Grant {
  const fitting = all.filter((grant) => id !== '' && grant.id.startsWith(id));
  const found = fitting.find((grant) => grant.id === id) ?? fitting[0];
  if (!found) throw cliError('RUSTIC_GRANT_UNKNOWN', { id });
  if (fitting.length > 1 && found.id !== id)
    throw cliError('RUSTIC_GRANT_PREFIX', { id, matches: fitting.map((grant) => grant.id).join(', ') });
  return found;
}

export { explain } from './permissions-explain.js';
export { test } from './permissions-test.js';
export { verify } from './permissions-verify.js';
