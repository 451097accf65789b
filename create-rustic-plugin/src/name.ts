import { createPluginError } from './errors.js';
import { kinds, type Kind } from './kinds.js';

/** The names of one plugin. */
export interface Names {
  readonly kind: Kind;
  readonly package: string;
  readonly id: string;
  /** What its members are named by: `sea_weather` of tools, `sea-weather` of everything else. */
  readonly member: { readonly snake: string; readonly kebab: string };
}

const longest = 40;
const rule = `at most ${longest} lower-case letters, digits and single dashes, beginning with a letter`;

/**
 * Shape: a package name loses its scope, its `rustic-plugin-` and its kind, so a folder may be named either way; a scope
 * is part of the package and of the id.
 * Throws: `RUSTIC_USAGE_NAME`, `RUSTIC_USAGE_SCOPE`.
 */
export function parseName(text: string, given: { readonly kind?: Kind; readonly scope?: string }): Names {
  const [, scopeInName, plain = ''] = /^(?:(@[^/]+)\/)?(.*)$/s.exec(text) ?? [];
  const scope = given.scope === undefined ? scopeInName : `@${given.scope.replace(/^@/, '')}`;
  if (scope !== undefined && !/^@[a-z0-9][a-z0-9-]*$/.test(scope))
    throw createPluginError('RUSTIC_USAGE_SCOPE', { scope });
  const rest = plain.replace(/^rustic-plugin-/, '');
  const kind = given.kind ?? kinds.find((one) => plain !== rest && rest.startsWith(`${one}-`)) ?? 'tool';
  const name = rest.startsWith(`${kind}-`) ? rest.slice(kind.length + 1) : rest;
  if (name.length > longest || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw createPluginError('RUSTIC_USAGE_NAME', { name: text, rule });
  const prefix = scope === undefined ? '' : `${scope}/`;
  return {
    kind,
    package: `${prefix}rustic-plugin-${kind}-${name}`,
    id: `${prefix}${kind}-${name}`,
    member: { snake: name.replaceAll('-', '_'), kebab: name },
  };
}
