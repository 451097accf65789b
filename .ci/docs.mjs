// Writes the pages that are made from code: docs/errors.md, docs/hooks.md and docs/cli.md. A test compares them.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  agentErrors,
  catalogueOf,
  exitCodeOf,
  exitCodes,
  httpErrors,
  modelErrors,
  replayErrors,
  resilienceErrors,
  skillErrors,
  standard,
  storageErrors,
  workspaceErrors,
} from '@rustic-ai/kernel/contracts';
import { kernelErrors } from '@rustic-ai/kernel';
import { format, resolveConfig } from 'prettier';
import { meanings } from '../cli/dist/manual.js';
import { cliErrors } from '../cli/src/errors.ts';
import { createPluginErrors } from '../create-rustic-plugin/src/errors.ts';
import { inapplicable, paths } from '../docs/test/firing.ts';

const root = resolve(import.meta.dirname, '..');
const made = '<!-- Made by `npm run docs`; change the code instead. -->';
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const areas = [
  ['Kernel', '@rustic-ai/kernel', kernelErrors],
  ['Models', 'providers', modelErrors],
  ['Recorded models', 'provider-replay', replayErrors],
  ['Retries and limits', 'policy-resilience', resilienceErrors],
  ['Agents', 'agent plugins', agentErrors],
  ['Sessions and values', 'storage plugins', storageErrors],
  ['Files and commands', 'workspaces and their tools', workspaceErrors],
  ['Web', 'tool-http', httpErrors],
  ['Skills', 'bundles of skills', skillErrors],
  ['Command line', 'rustic-ai', cliErrors],
  ['New plugins', 'create-rustic-plugin', createPluginErrors],
];
const errorRow = ([code, { severity, message, fix }]) => [
  `\`${code}\``,
  exitCodeOf(code),
  severity,
  cell(message),
  cell(fix),
];
const errorsPage = () => `# Errors

${made}

Every error has a code that is never used for something else, says what happened and names the fix. \`{name}\` stands for a
value that the error carries in its \`details\`. The exit code is what a process ends with that fails because of it; see
[the command line](cli.md#exit-codes). \`rustic explain CODE\` prints one of those an install can throw.

${areas
  .map(
    ([title, from, errors]) => `## ${title}

Thrown by ${from}.

${table(['code', 'exit code', 'severity', 'message', 'fix'], Object.entries(errors).map(errorRow))}`,
  )
  .join('\n\n')}
`;

const kinds = {
  observe: ['sees a frozen event', 'all at once, all are waited for', 'is recorded, and the turn goes on'],
  transform: ['returns a changed value', 'one after the other', 'is skipped and recorded'],
  gate: ['asks, denies or says nothing; it can not allow', 'one after the other, until one denies', 'denies'],
  claim: ['answers first and wins', 'one after the other, until one answers', 'is passed over and recorded'],
  wrap: ['runs around with `next()`', 'nested', 'fails the call'],
  collect: ['adds to a list', 'all at once; the list keeps their order', 'is left out and recorded'],
};
/** The types of payloads, as the contracts write them. */
const shapes = new Map(
  globSync('kernel/src/contracts/*.ts', { cwd: root }).flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /id: '([\w.]+)',(?:(?!id: ')[^])*?payload: shape<([^]*?)>\(\)/g,
      ),
    ].map(([, id, type]) => [id, type.replaceAll('readonly ', '').replace(/\s+/g, ' ')]),
  ),
);
const operationShapes = {
  call: '`GatePayload`',
  run: 'its input, the call, `next`',
  result: 'its output',
  called: '`CalledPayload`',
};
const payloadOf = (id) =>
  shapes.has(id) ? `\`${shapes.get(id)}\`` : (operationShapes[id.split('.').at(-1)] ?? raise(id));
const limitOf = (ms) => (Number.isFinite(ms) ? `${ms.toLocaleString('en')} ms` : "the operation's own");
const absences = (id) => {
  const where = paths.filter((path) => id in inapplicable[path]);
  const reasons = [...new Set(where.map((path) => inapplicable[path][id]))];
  return where.length > 0 ? [`- Not on the paths ${where.join(', ')}: ${reasons.join('; ')}.`] : [];
};
const hooksPage = () => `# Hooks

${made}

A hook has a kind, and the kind says what a tap may do, in which order taps are called and what a failing one means. A tap
that takes longer than the hook's time limit has failed. The order is stage (\`first\`, \`normal\`, \`last\`), then named
\`before\` and \`after\` edges, then the order of the plugins in the composition; \`rustic hooks\` prints it.

${table(
  ['kind', 'a tap', 'order', 'a tap that fails or is late'],
  Object.entries(kinds).map(([kind, cells]) => [kind, ...cells]),
)}

Every hook fires on each of these paths, whatever the plugin is that stands there: ${paths.join(', ')}. Where one can not,
its section says why; a test holds all of them to it.

${catalogueOf(standard)
  .map(
    ({ id, kind, timeLimitMs, summary, answers }) => `## ${id}

${summary}

- Kind: ${kind}. Time limit: ${limitOf(timeLimitMs)}.
- A tap is given ${payloadOf(id)}.
${absences(id).join('\n')}

${table(
  ['it returns', 'meaning'],
  Object.entries(answers).map(([value, meaning]) => [cell(value), cell(meaning)]),
)}`,
  )
  .join('\n\n')}
`;

const helpOf = (...command) =>
  execFileSync(process.execPath, [join(root, 'cli/bin/rustic.js'), ...command, '--help'], { encoding: 'utf8' }).trim();
/** The commands a help text lists, without their aliases. */
const listed = (help) =>
  [...(help.split('\nCommands:\n')[1] ?? '').split('\n\n')[0].matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);

function commandSections(command = []) {
  const help = helpOf(...command);
  const own = command.length > 0 ? [`## rustic ${command.join(' ')}\n\n\`\`\`text\n${help}\n\`\`\``] : [];
  return [...own, ...listed(help).flatMap((name) => commandSections([...command, name]))];
}
const cliPage = () => `# The command line

${made}

\`rustic\` and \`rustic-ai\` are the same program. The answer goes to standard output, everything else to standard error.

\`\`\`text
${helpOf()}
\`\`\`

${commandSections().join('\n\n')}

## Exit codes

${table(
  ['code', 'name', 'meaning'],
  Object.entries(exitCodes).map(([name, code]) => [code, name, meanings[name] ?? raise(name)]),
)}
`;
function raise(name) {
  throw new Error(`.ci/docs.mjs has no words for "${name}"`);
}

/** The pages by path, as they should be. */
export async function pages() {
  const texts = { 'docs/errors.md': errorsPage(), 'docs/hooks.md': hooksPage(), 'docs/cli.md': cliPage() };
  const options = await resolveConfig(join(root, 'docs/errors.md'));
  const neat = Object.entries(texts).map(async ([path, text]) => [
    path,
    await format(text, { ...options, parser: 'markdown' }),
  ]);
  return Object.fromEntries(await Promise.all(neat));
}

if (process.argv[1] === resolve(import.meta.filename))
  for (const [path, text] of Object.entries(await pages())) writeFileSync(join(root, path), text);
