import { scope } from './official.js';

/** What every composition that is begun here has, beside who answers. */
const base = [
  'agent-loop',
  'session-log',
  'storage-sqlite',
  'workspace-local',
  'tool-filesystem',
  'tool-shell',
  'frontend-terminal',
].map((id) => `${scope}${id}`);

/** The text of a new `rustic.json`. */
export function starterText(parts: { readonly plugins?: readonly string[]; readonly schema?: string } = {}): string {
  const { plugins = [], schema } = parts;
  const lines = [...base, ...plugins].map((name) => `    ${JSON.stringify(name)},`);
  return `{
${schema ? `  "$schema": ${JSON.stringify(schema)},\n` : ''}  // What the agent of this folder is made of; the order of plugins is the order of their hooks.
  // Change it with rustic add and rustic remove, or here, and then: rustic lock
  "plugins": [
${lines.join('\n')}
  ],
  // What is allowed, asked or denied. Without a rule, reading is allowed and changes are asked.
  "permissions": { "rules": [] },
}
`;
}
export const starterPackages: readonly string[] = base;
