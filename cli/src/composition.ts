import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Json, Renames, Rule } from '@rustic-ai/kernel';
import type { Composition } from '@rustic-ai/kernel/compose';
import { getNodeValue, type Node } from 'jsonc-parser';
import { grammarOf, json } from './config/grammar.js';
import type { Grammar, Refuse } from './config/tree.js';
import { cliError } from './errors.js';
import { suggest } from './suggest.js';

/** The version of the file itself; one that says none is of the first. */
export const compositionVersion = 1;

const effects: readonly Rule['effect'][] = ['allow', 'ask', 'deny'];
const named = (type: Node['type']) => `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`;

/** As JSON gives it: the parser's own objects have no prototype, and equal no other. */
export const valueOf = (node: Node): unknown => JSON.parse(JSON.stringify(getNodeValue(node)));

/** What a rule is expected to decide on a resource of its action. `line` counts from 1. */
export interface Case {
  readonly rule: Rule;
  readonly resource: string;
  readonly expected: Rule['effect'];
  readonly line: number;
}
/** What of a composition a text has to be. */
export type Reading = 'project' | 'layer' | 'rules';
type Options = { readonly [name: string]: Json };

/**
 * Reads a composition: JSON with comments and trailing commas, TOML or YAML, by its ending.
 *
 * Throws: `RUSTIC_CONFIG_MISSING`; `RUSTIC_CONFIG_INVALID` with file, line, column and what would fit.
 */
export async function readComposition(
  file: string,
  as?: Reading,
): Promise<Composition & { readonly cases: readonly Case[] }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cliError('RUSTIC_CONFIG_MISSING', { file }, error);
  });
  return parseComposition(text, basename(file), as, await grammarOf(file));
}

/** Unit: from 1. */
const placeIn = (text: string, offset: number) => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};
/** Makes the error of a place in a file. */
export const refusing =
  (text: string, file: string): Refuse =>
  (offset, reason, hint) =>
    cliError('RUSTIC_CONFIG_INVALID', { file, ...placeIn(text, offset), reason, hint });

/**
 * `layer`: it stands over a composition; it may say as little as it likes, and can not switch a plugin off. `rules`: only
 * its rules are wanted. What rules are expected to decide is no part of them: it needs no consent, and no lock has it.
 */
export function parseComposition(
  text: string,
  file: string,
  as: Reading = 'project',
  grammar: Grammar = json,
): Composition & { readonly cases: readonly Case[] } {
  const refuse = refusing(text, file);
  const root = grammar(text, refuse);
  if (!root) throw refuse(0, 'it is empty', 'List the plugins there: "plugins": ["…"].');

  const demand = (node: Node, type: Node['type'], what: string) => {
    if (node.type !== type)
      throw refuse(
        node.offset,
        `${what} must be ${named(type)}, not ${named(node.type)}`,
        `Write ${named(type)} there.`,
      );
    return node;
  };
  /** The properties of an object by name; a key that is not known is an error. */
  const fields = (node: Node, what: string, known: readonly string[]): ReadonlyMap<string, Node> =>
    new Map(
      (demand(node, 'object', what).children ?? []).map((property) => {
        const [key, value] = property.children as [Node, Node];
        const name = String(key.value);
        if (!known.includes(name)) throw refuse(key.offset, `"${name}" is not a key of ${what}`, suggest(name, known));
        return [name, value];
      }),
    );
  const optionsOf = (node: Node | undefined): Options =>
    node ? (valueOf(demand(node, 'object', 'the options of a plugin')) as Options) : {};

  const renamesOf = (node: Node): Renames => {
    for (const property of demand(node, 'object', '"rename"').children ?? []) {
      const names = demand(property.children?.[1] as Node, 'object', 'the names of an operation');
      for (const name of names.children ?? []) demand(name.children?.[1] as Node, 'string', 'a new name');
    }
    return valueOf(node) as Renames;
  };

  const plugin = (node: Node): Composition['plugins'][number] & { readonly enabled: boolean } => {
    if (node.type === 'string') return { package: String(node.value), options: {}, enabled: true };
    if (node.type === 'array') {
      const [name, options] = node.children ?? [];
      if (!name) throw refuse(node.offset, 'a plugin is missing', 'Write ["package", { options }].');
      return {
        package: String(demand(name, 'string', 'the name of a plugin').value),
        options: optionsOf(options),
        enabled: true,
      };
    }
    const found = fields(node, 'a plugin', ['package', 'options', ...(as === 'layer' ? [] : ['rename', 'enabled'])]);
    const name = found.get('package');
    const rename = found.get('rename');
    const enabled = found.get('enabled');
    if (!name) throw refuse(node.offset, 'a plugin needs a "package"', 'Write { "package": "…" }.');
    return {
      package: String(demand(name, 'string', '"package"').value),
      options: optionsOf(found.get('options')),
      ...(rename && { rename: renamesOf(rename) }),
      enabled: enabled ? demand(enabled, 'boolean', '"enabled"').value === true : true,
    };
  };

  const cases: Case[] = [];
  const rule = (node: Node): Rule => {
    const found = fields(node, 'a rule', [
      'effect',
      'action',
      'match',
      'origin',
      'every',
      'reason',
      'expires',
      'cases',
    ]);
    for (const key of ['effect', 'action', 'match']) {
      const value = found.get(key);
      if (!value) throw refuse(node.offset, `a rule needs "${key}"`, `Add "${key}" to the rule.`);
      demand(value, 'string', `"${key}" of a rule`);
    }
    const { cases: _, ...plain } = valueOf(node) as Rule & { readonly cases?: object };
    const expected = found.get('cases');
    for (const property of expected ? (demand(expected, 'object', '"cases" of a rule').children ?? []) : []) {
      const [resource, decision] = property.children as [Node, Node];
      const effect = String(demand(decision, 'string', 'a case').value) as Rule['effect'];
      if (!effects.includes(effect))
        throw refuse(decision.offset, `"${effect}" is no decision`, suggest(effect, effects));
      cases.push({
        rule: plain,
        resource: String(resource.value),
        expected: effect,
        line: placeIn(text, property.offset).line,
      });
    }
    return plain;
  };

  // Before anything else is looked at: of another version it may have other keys.
  const version = root.children?.find(({ children }) => children?.[0]?.value === 'version')?.children?.[1];
  if (version && version.value !== compositionVersion)
    throw refuse(
      version.offset,
      `it is of version ${JSON.stringify(version.value)}; this program knows ${compositionVersion}`,
      'Use a later rustic-ai: npm install rustic-ai@latest',
    );
  const top = fields(root, 'a composition', ['$schema', 'version', 'plugins', 'bind', 'permissions']);
  const plugins = top.get('plugins');
  if (!plugins && as === 'project')
    throw refuse(root.offset, '"plugins" is missing', 'List the plugins: "plugins": ["…"].');
  const bind = top.get('bind');
  for (const property of bind ? (demand(bind, 'object', '"bind"').children ?? []) : [])
    demand(property.children?.[1] as Node, 'string', 'a binding');
  const permissions = top.get('permissions');
  const rules = permissions ? fields(permissions, '"permissions"', ['rules']).get('rules') : undefined;
  return {
    plugins: (plugins ? (demand(plugins, 'array', '"plugins"').children ?? []) : [])
      .map(plugin)
      .filter(({ enabled }) => enabled)
      .map(({ enabled: _, ...listed }) => listed),
    bind: bind ? (valueOf(bind) as Record<string, string>) : {},
    rules: rules ? (demand(rules, 'array', '"rules"').children ?? []).map(rule) : [],
    cases,
  };
}
