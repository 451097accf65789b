import { createPluginError } from './errors.js';

/** The names of one plugin: those of its package, its id and its tool. */
export interface Names {
  readonly package: string;
  readonly id: string;
  readonly tool: string;
}

const longest = 40;
const rule = `at most ${longest} lower-case letters, digits and single dashes, beginning with a letter`;

/** Shape: a package name loses its `rustic-plugin-tool-`, so a folder may be named either way. Throws: `RUSTIC_USAGE_NAME`. */
export function parseName(text: string): Names {
  const name = text.replace(/^rustic-plugin-/, '').replace(/^tool-/, '');
  if (name.length > longest || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw createPluginError('RUSTIC_USAGE_NAME', { name: text, rule });
  const id = `tool-${name}`;
  return { package: `rustic-plugin-${id}`, id, tool: `${name.replaceAll('-', '_')}_greet` };
}
