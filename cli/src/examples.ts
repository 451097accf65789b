import type { Command } from 'commander';

/** What a command is good for, as somebody would type it. By the words of the command; '' is the program itself. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  '': ['rustic run "what is in this folder?"', 'rustic prove'],
  run: [
    'rustic run "what is in this folder?"',
    'git diff | rustic run "write a commit message" > message.txt',
    'rustic run --permission-mode accept-edits --allow \'exec npm test\' "mend the failing test"',
  ],
  session: ['rustic session list', 'rustic session show'],
  'session list': ['rustic session list --all --before 30d'],
  'session show': ['rustic session show', 'rustic session show 3f2a --json'],
  'session resume': ['rustic session resume 3f2a "and now the tests"'],
  'session search': ['rustic session search "rate limit" --since 7d'],
  'session fork': ['rustic session fork 3f2a --at 12'],
  'session tag': ['rustic session tag 3f2a release done'],
  'session diff': ['rustic session diff', 'rustic session diff 2 --session 3f2a'],
  'session undo': ['rustic session undo'],
  'session export': ['rustic session export 3f2a --format md -o session.md'],
  'session import': ['rustic session import session.jsonl'],
  'session delete': ['rustic session delete 3f2a'],
  'session prune': ['rustic session prune --older-than 30d --keep 100 --dry-run'],
  'session stats': ['rustic session stats --by model --since 7d'],
  init: ['rustic init'],
  add: ['rustic add provider-openai', 'rustic add -g provider-openai', 'rustic add ./my-plugin --yes'],
  remove: ['rustic remove provider-openai'],
  info: ['rustic info tool-shell'],
  why: ['rustic why frontend'],
  graph: ['rustic graph --format mermaid'],
  outdated: ['rustic outdated'],
  upgrade: ['rustic upgrade', 'rustic upgrade tool-shell --yes'],
  search: ['rustic search shell', 'rustic search --offline'],
  try: ['rustic try provider-ollama "what is in this folder?" --bind model=ollama/qwen3'],
  plugin: ['rustic plugin check', 'rustic plugin docs --check'],
  'plugin check': ['rustic plugin check', 'rustic plugin check ./my-plugin --json'],
  'plugin pack': ['rustic plugin pack', 'rustic plugin pack --out release'],
  'plugin dev': ['rustic plugin dev', 'rustic plugin dev ./my-plugin'],
  'plugin docs': ['rustic plugin docs', 'rustic plugin docs --check'],
  config: ['rustic config show --origin', 'rustic config set bind.model openai/gpt-5'],
  'config show': ['rustic config show', 'rustic config show --origin'],
  'config get': ['rustic config get bind.model'],
  'config set': [
    'rustic config set bind.model openai/gpt-5',
    'rustic config set plugins.provider-openai.models \'["gpt-5"]\' --local',
  ],
  'config unset': ['rustic config unset bind.model --user'],
  'config check': ['rustic config check'],
  'config schema': ['rustic config schema', 'rustic config schema --print'],
  build: ['rustic build --name my-cli', 'rustic build --format executable --minify --analyze'],
  lock: ['rustic lock', 'rustic lock --accept'],
  trust: ['rustic trust'],
  list: ['rustic list'],
  models: ['rustic models --refresh'],
  tools: ['rustic tools list', 'rustic tools stats'],
  'tools list': ['rustic tools list --basket dev/files --check'],
  'tools stats': ['rustic tools stats --json'],
  permissions: ['rustic permissions list', "rustic permissions explain 'git push'"],
  'permissions list': ['rustic permissions list'],
  'permissions revoke': ['rustic permissions revoke 9c1d', 'rustic permissions revoke --all'],
  'permissions explain': [
    "rustic permissions explain 'git push --force'",
    'rustic permissions explain src/main.ts --action fs.write --plugin tool-filesystem',
  ],
  'permissions test': ['rustic permissions test'],
  'permissions verify': ['rustic permissions verify'],
  auth: ['rustic auth add openai', 'rustic auth list'],
  'auth add': ['rustic auth add openai', 'rustic auth add openai < key.txt'],
  'auth list': ['rustic auth list'],
  'auth remove': ['rustic auth remove openai'],
  hooks: ['rustic hooks', 'rustic hooks prompt.build'],
  trace: ['rustic trace', 'rustic trace 2 --session 3f2a'],
  storage: ['rustic storage check', 'rustic storage backup before-the-update.db'],
  'storage check': ['rustic storage check'],
  'storage backup': ['rustic storage backup before-the-update.db'],
  'storage restore': ['rustic storage restore before-the-update.jsonl'],
  'storage vacuum': ['rustic storage vacuum'],
  'storage migrate': ['rustic storage migrate'],
  'storage copy': ['rustic storage copy --from storage-sqlite --to storage-postgres'],
  prove: ['rustic prove', 'rustic prove --json'],
  doctor: ['rustic doctor --online', 'rustic doctor --fix'],
  explain: ['rustic explain RUSTIC_LOCK_STALE'],
  completion: [
    'source <(rustic completion bash)',
    'source <(rustic completion zsh)',
    'rustic completion fish > ~/.config/fish/completions/rustic.fish',
  ],
};

/** The words that call a command, without the program's name. */
export const wordsOf = (command: Command): readonly string[] =>
  command.parent ? [...wordsOf(command.parent), command.name()] : [];

/** What stands below the help of a command. */
export function examplesText(command: Command): string {
  const lines = examples[wordsOf(command).join(' ')] ?? [];
  return lines.length > 0 ? `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
}
