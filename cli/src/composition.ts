import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Composition, Json, Rule } from '@rustic-ai/kernel';
import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { cliError } from './errors.js';
import { suggest } from './suggest.js';

const named = (type: Node['type']) => `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`;

type Options = { readonly [name: string]: Json };

/**
 * Reads a `rustic.json`: JSON with comments and trailing commas.
 *
 * Throws: `RUSTIC_CONFIG_MISSING`; `RUSTIC_CONFIG_INVALID` with file, line, column and what would fit.
 */
export async function readComposition(file: string): Promise<Composition> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw cliError('RUSTIC_CONFIG_MISSING', { file }, error);
  });
  return parseComposition(text, basename(file));
}

export function parseComposition(text: string, file: string): Composition {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const refuse = (offset: number, reason: string, hint: string) => {
    const before = text.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return cliError('RUSTIC_CONFIG_INVALID', { file, line: before.length, column, reason, hint });
  };
  const [error] = errors;
  if (error)
    throw refuse(
      error.offset,
      `it is not JSON (${printParseErrorCode(error.error)})`,
      'Correct the syntax at that place.',
    );
  if (!root) throw refuse(0, 'it is empty', 'Write { "plugins": [] } and list the plugins there.');

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
    node ? (getNodeValue(demand(node, 'object', 'the options of a plugin')) as Options) : {};

  const plugin = (node: Node): { package: string; options: Options; enabled: boolean } => {
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
    const found = fields(node, 'a plugin', ['package', 'options', 'enabled']);
    const name = found.get('package');
    const enabled = found.get('enabled');
    if (!name) throw refuse(node.offset, 'a plugin needs a "package"', 'Write { "package": "…" }.');
    return {
      package: String(demand(name, 'string', '"package"').value),
      options: optionsOf(found.get('options')),
      enabled: enabled ? demand(enabled, 'boolean', '"enabled"').value === true : true,
    };
  };

  const rule = (node: Node): Rule => {
    const found = fields(node, 'a rule', ['effect', 'action', 'match', 'origin', 'every', 'reason', 'expires']);
    for (const key of ['effect', 'action', 'match']) {
      const value = found.get(key);
      if (!value) throw refuse(node.offset, `a rule needs "${key}"`, `Add "${key}" to the rule.`);
      demand(value, 'string', `"${key}" of a rule`);
    }
    return getNodeValue(node) as Rule;
  };

  const top = fields(root, 'a composition', ['$schema', 'plugins', 'bind', 'permissions']);
  const plugins = top.get('plugins');
  if (!plugins) throw refuse(root.offset, '"plugins" is missing', 'List the plugins: "plugins": ["…"].');
  const bind = top.get('bind');
  for (const property of bind ? (demand(bind, 'object', '"bind"').children ?? []) : [])
    demand(property.children?.[1] as Node, 'string', 'a binding');
  const permissions = top.get('permissions');
  const rules = permissions ? fields(permissions, '"permissions"', ['rules']).get('rules') : undefined;
  return {
    plugins: (demand(plugins, 'array', '"plugins"').children ?? [])
      .map(plugin)
      .filter(({ enabled }) => enabled)
      .map(({ package: name, options }) => ({ package: name, options })),
    bind: bind ? (getNodeValue(bind) as Record<string, string>) : {},
    rules: rules ? (demand(rules, 'array', '"rules"').children ?? []).map(rule) : [],
  };
}
