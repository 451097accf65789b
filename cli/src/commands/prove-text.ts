import type { Grant, Lock, LockedPlugin, Rule, RuleScope } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { type Check, describeCheck } from '../checks.js';
import { ruleText } from '../standing.js';
import { describeGrant } from './permissions.js';

/** Everything `rustic prove` says. */
export interface Proof {
  /** The hash two machines can compare. Absent: there is no lock that can be read. */
  readonly composition?: string;
  readonly checks: readonly Check[];
  readonly plugins: readonly {
    readonly id: string;
    readonly package: string;
    readonly version: string;
    readonly linked: boolean;
    readonly isolation: string;
    readonly permissions: LockedPlugin['permissions'];
  }[];
  /** Who granted that: whoever accepted the lock here, nobody yet, or it came with this program. */
  readonly grantedBy: 'lock' | 'nobody' | 'built-in';
  /** Absent, as what is remembered: not looked at, because something before it does not hold. */
  readonly rules?: readonly (Rule & { readonly scope: RuleScope; readonly source: string })[];
  readonly hooks: Lock['hooks'];
  readonly grants?: readonly Grant[];
}

const granters = {
  lock: 'whoever accepted exactly this lock in this folder, as this user: rustic lock --accept, or rustic trust',
  nobody: 'nobody: this lock was not accepted in this folder by this user',
  'built-in': 'the built-in composition, which comes with this program',
};
const section = (title: string, lines: readonly string[]) =>
  `\n${title}\n${(lines.length > 0 ? lines : ['none']).map((line) => `  ${visibleLine(line)}\n`).join('')}`;

/** The proof for people. */
export function describeProof({ composition, checks, plugins, grantedBy, rules, hooks, grants }: Proof): string {
  const shown = [
    `composition ${composition ?? 'unknown: there is no lock that can be read'}\n\n`,
    ...checks.map(describeCheck),
  ];
  if (composition !== undefined)
    shown.push(
      section('Plugins, and what each may touch at most', plugins.flatMap(describePlugin)),
      section('Isolation', [
        'in-process is full trust: the gate stops mistakes, not malice. A plugin can do whatever this user can.',
      ]),
      section('Granted by', [granters[grantedBy]]),
      section(
        'Hooks, in the order of the calls',
        Object.entries(hooks).map(([hook, chain]) => `${hook}: ${chain.join(' > ')}`),
      ),
    );
  const own = rules?.filter(({ scope }) => scope !== 'builtin');
  if (rules && own)
    shown.push(
      section(
        `Rules, beside the ${rules.length - own.length} built-in ones`,
        own.map((rule) => `${ruleText(rule)}  [${rule.source}]`),
      ),
    );
  if (grants) shown.push(`\nRemembered answers\n${grants.map(describeGrant).join('') || '  none\n'}`);
  return shown.join('');
}

function describePlugin({ id, version, linked, isolation, permissions }: Proof['plugins'][number]): readonly string[] {
  return [
    `${id}@${version}  ${isolation}${linked ? ', linked' : ''}${permissions.length > 0 ? '' : '  touches nothing'}`,
    ...permissions.map(({ action, match, reason }) => `  ${action} ${match} (${reason})`),
  ];
}
