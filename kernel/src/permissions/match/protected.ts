import type { ScopedRule } from '../types.js';

/** What would let a model change its own rules, or run code later: asked each time, never remembered. */
const files = [
  ...['json', 'toml', 'yaml', 'yml'].flatMap((ending) => [`rustic.${ending}`, `rustic.local.${ending}`]),
  'rustic.lock',
  '**/.git/hooks/**',
  '**/.git/config',
  '**/.vscode/tasks.json',
  '**/.vscode/settings.json',
  '**/.idea/**',
  '**/.envrc',
  '**/.npmrc',
  '~/.bashrc',
  '~/.bash_profile',
  '~/.profile',
  '~/.zshrc',
  '~/.zshenv',
  '~/.zprofile',
  '~/.ssh/**',
];
const reason = 'it is protected: it decides what may run';

export const protection: readonly ScopedRule[] = files.map((match) => ({
  effect: 'ask',
  action: 'fs.write',
  match,
  every: true,
  scope: 'builtin',
  reason,
}));
