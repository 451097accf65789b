import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Project, ProjectOptions, Ran, WrittenPlugin } from './project.js';

export type Given = Readonly<Record<string, string>>;
/** How an error comes about, and what its fix leaves to a person. */
export interface Row {
  readonly project?: ProjectOptions;
  /** Brings about what is wrong; may give the command that meets it. Default: `run hi`. */
  readonly break?: (project: Project) => Promise<readonly string[] | void> | readonly string[] | void;
  /** The part of the fix that is no command: an edit it names. */
  readonly byHand?: (project: Project, ran: Ran) => void;
  /** What a person puts in the place of a word in capitals, or types. */
  readonly given?: Given | ((project: Project) => Promise<Given>);
  /** On standard input of the fix. */
  readonly stdin?: string;
  /** The command that has to work then, with what the fix says; none: that of the fix has to. Default: the same command. */
  readonly afterwards?: (fix: string) => readonly string[];
}

export const turns = [
  { when: 'dear', say: 'I look.', calls: [{ tool: 'fs_list' }] },
  { when: 'slow', say: 'For ever.', delayMs: 600_000 },
  { say: 'Hi.' },
];
/** A project that works. */
export const plain: ProjectOptions = { turns, locked: true };
export const summary = { summary: 'It' };
const effects = { kind: 'none', idempotent: true, openWorld: false };
export const tool = (id: string, name: string): WrittenPlugin => ({
  name: `acme-${id}`,
  manifest: { id, contributes: { tool: { [name]: { ...summary, effects } } } },
  code: `export default { setup: () => ({ tool: { ${name}: { run: () => ({ parts: [] }) } } }) };`,
});
/** A frontend that does nothing but read a secret. */
const keyed: WrittenPlugin = {
  name: 'acme-keyed',
  manifest: {
    id: 'keyed',
    requires: { secrets: { one: 'secrets' } },
    contributes: { service: { frontend: summary } },
  },
  code: `export default { setup: ({ deps }) => ({ service: { frontend: {
    run: async () => ({ exitCode: (await deps.secrets.read({ $secret: 'acme' })) === 's3cret' ? 0 : 9 }),
  } } }) };`,
};
const edit = (file: string, from: string, to: string) => (project: Project) =>
  project.write(file, project.read(file).replace(from, to));
const stopped = (signal: NodeJS.Signals) => async (project: Project) => {
  const running = project.start(['run', 'slow', '--output-format', 'stream-json']);
  running.child.stdin?.end();
  await running.seen('turn.started');
  running.child.kill(signal);
  await running.ended;
};
const without = (name: string) => (project: Project) =>
  project.write('rustic.json', {
    ...(JSON.parse(project.read('rustic.json')) as object),
    plugins: (JSON.parse(project.read('rustic.json')) as { plugins: (string | [string])[] }).plugins.filter(
      (one) => (typeof one === 'string' ? one : one[0]) !== name,
    ),
  });
const didYouMean = (fix: string) => /Did you mean "(.+?)"\?/.exec(fix)?.[1] ?? 'nothing was meant';
const lastId = async (project: Project) =>
  (JSON.parse((await project.rustic('session', 'list', '--json')).stdout) as { id: string }[])[0]?.id ?? '';

/** By the code that comes about. */
export const rows: Readonly<Record<string, Row>> = {
  RUSTIC_LOCK_MISSING: { project: { turns } },
  RUSTIC_LOCK_CONSENT: { project: { turns }, break: () => ['lock'] },
  RUSTIC_LOCK_INVALID: { break: (project) => project.write('rustic.lock', '{') },
  RUSTIC_LOCK_ALTERED: { break: edit('rustic.lock', '"version": "0.1.0"', '"version": "0.1.1"') },
  RUSTIC_LOCK_STALE: { break: edit('rustic.json', '{', '{ ') },
  RUSTIC_LOCK_WRITE: {
    break: (project) => {
      rmSync(join(project.folder, 'rustic.lock'));
      mkdirSync(join(project.folder, 'rustic.lock'));
      return ['lock', '--accept'];
    },
    byHand: (project) => rmSync(join(project.folder, 'rustic.lock'), { recursive: true }),
  },
  RUSTIC_TRUST_REQUIRED: { break: (project) => rmSync(join(project.home, 'rustic/state'), { recursive: true }) },
  RUSTIC_TRUST_CONSENT: {
    break: (project) => (rmSync(join(project.home, 'rustic/state'), { recursive: true }), ['trust']),
    afterwards: () => [],
  },
  RUSTIC_PLUGIN_CHANGED: {
    project: { ...plain, written: [keyed], composition: { plugins: ['acme-keyed'] } },
    break: async (project) => {
      await project.piped('s3cret', 'auth', 'add', 'acme');
      project.install({ ...keyed, code: `${keyed.code} // changed` });
    },
  },
  RUSTIC_PLUGIN_UNDECLARED: {
    project: { ...plain, written: [{ ...tool('odd', 'one'), code: tool('odd', 'two').code ?? '' }] },
    break: () => ['doctor'],
    byHand: (project) => project.install(tool('odd', 'two')),
  },
  RUSTIC_PLUGIN_DUPLICATE: {
    project: { turns, written: [tool('odd', 'one'), { ...tool('odd', 'two'), name: 'acme-other' }] },
    break: () => ['lock', '--accept'],
    byHand: without('acme-other'),
  },
  RUSTIC_PLUGIN_MANIFEST: {
    project: { turns, written: [{ name: 'acme-odd', manifest: { id: 'Not An Id' } }] },
    break: () => ['lock', '--accept'],
    byHand: (project) => project.install(tool('odd', 'one')),
  },
  RUSTIC_PLUGIN_OPTIONS: {
    project: plain,
    break: (project) => (
      edit(
        'rustic.json',
        '"@rustic-ai/plugin-agent-loop"',
        '["@rustic-ai/plugin-agent-loop", { "maxSteps": 0 }]',
      )(project),
      ['lock', '--accept']
    ),
    byHand: edit('rustic.json', '"maxSteps": 0', '"maxSteps": 9'),
  },
  RUSTIC_PLUGIN_SETUP: {
    project: { ...plain, written: [{ ...keyed, code: 'export default { setup() { throw new Error("no"); } };' }] },
    break: () => ['doctor'],
    byHand: (project) => project.install(keyed),
  },
  RUSTIC_CAPABILITY_TAKEN: {
    project: { turns, written: [tool('odd', 'one'), tool('other', 'one')] },
    break: () => ['lock', '--accept'],
  },
  RUSTIC_CAPABILITY_RENAME: {
    project: { turns, written: [tool('odd', 'one')] },
    break: (project) => (
      edit('rustic.json', '"acme-odd"', '{ "package": "acme-odd", "rename": { "tool": { "two": "three" } } }')(project),
      ['lock', '--accept']
    ),
    byHand: edit('rustic.json', '"two"', '"one"'),
  },
  RUSTIC_CAPABILITY_NOT_FOUND: {
    break: () => ['run', 'hi', '--model', 'scripted/scenari'],
    afterwards: (fix) => ['run', 'hi', '--model', didYouMean(fix)],
  },
  RUSTIC_BIND_INVALID: {
    break: (project) => (
      edit('rustic.json', '"bind": {}', '"bind": { "model": "nobody" }')(project),
      ['lock', '--accept']
    ),
    byHand: (project, { stderr }) =>
      edit('rustic.json', 'nobody', /Bind it to one of: (\S+)/.exec(stderr)?.[1] ?? '')(project),
  },
  RUSTIC_RULE_INVALID: {
    break: (project) => (
      edit('rustic.json', '"rules": []', '"rules": [{ "effect": "allow", "action": "fly", "match": "**" }]')(project),
      ['lock', '--accept']
    ),
    byHand: edit('rustic.json', '"fly"', '"exec"'),
  },
  RUSTIC_CONFIG_INVALID: {
    break: edit('rustic.json', '"plugins"', '"plugns"'),
    byHand: (project, { stderr }) => edit('rustic.json', 'plugns', didYouMean(stderr))(project),
  },
  RUSTIC_CONFIG_SEVERAL: {
    break: (project) => project.write('rustic.yaml', 'plugins: []\n'),
    byHand: (project) => rmSync(join(project.folder, 'rustic.yaml')),
  },
  RUSTIC_CONFIG_BY_HAND: {
    break(project) {
      project.write('rustic.yaml', project.read('rustic.json'));
      rmSync(join(project.folder, 'rustic.json'));
      return ['config', 'set', 'plugins.agent-loop.maxSteps', '9'];
    },
    byHand: edit('rustic.yaml', '"@rustic-ai/plugin-agent-loop"', '["@rustic-ai/plugin-agent-loop", { maxSteps: 9 }]'),
  },
  RUSTIC_CONFIG_KEY: {
    break: () => ['config', 'get', 'plugins.agent-loop.maxStep'],
    afterwards: (fix) => ['config', 'get', didYouMean(fix)],
  },
  RUSTIC_CONFIG_VALUE: {
    break: () => ['config', 'set', 'plugins.agent-loop.maxSteps', 'many'],
    afterwards: () => ['config', 'set', 'plugins.agent-loop.maxSteps', '9'],
  },
  RUSTIC_CONFIG_WRITE: {
    break: (project) => {
      mkdirSync(join(project.home, 'rustic/config/rustic.json'), { recursive: true });
      rmSync(join(project.home, 'rustic/config'), { recursive: true });
      project.write('../home/rustic/config', 'in the way');
      return ['config', 'set', 'plugins.agent-loop.maxSteps', '9', '--user'];
    },
    byHand: (project) => rmSync(join(project.home, 'rustic/config')),
  },
  RUSTIC_CONFIG_LAYER: {
    break: (project) => void mkdirSync(join(project.home, 'rustic/config/rustic.json'), { recursive: true }),
    byHand: (project) => rmSync(join(project.home, 'rustic/config/rustic.json'), { recursive: true }),
  },
  RUSTIC_CONFIG_LAYER_PLUGIN: {
    break: (project) => project.write('../home/rustic/config/rustic.json', { plugins: ['acme-nobody'] }),
    byHand: (project) => project.write('../home/rustic/config/rustic.json', {}),
  },
  RUSTIC_CONFIG_LAYER_PERMISSION: {
    project: {
      turns,
      locked: true,
      written: [
        {
          name: 'acme-net',
          manifest: {
            id: 'net',
            config: { type: 'object', properties: { at: { type: 'string', default: 'https://a.example' } } },
            permissions: [{ action: 'net', match: { config: '/at' }, reason: 'to ask' }],
          },
        },
      ],
    },
    break: (project) =>
      project.write('../home/rustic/config/rustic.json', { plugins: [['acme-net', { at: 'https://b.example' }]] }),
    byHand(project) {
      project.write('../home/rustic/config/rustic.json', {});
      edit('rustic.json', '"acme-net"', '["acme-net", { "at": "https://b.example" }]')(project);
    },
  },
  RUSTIC_CONFIG_OPEN: {
    break: async (project) => {
      await project.rustic('run', 'hi');
      chmodSync(join(project.home, 'rustic/data'), 0o755);
      return ['doctor'];
    },
  },
  RUSTIC_SECRET_UNKNOWN: {
    project: { turns, written: [keyed], composition: { plugins: ['acme-keyed'] }, locked: true },
    stdin: 's3cret',
  },
  RUSTIC_SECRET_EXPOSED: {
    break: async (project) => {
      await project.piped('s3cret', 'auth', 'add', 'acme');
      chmodSync(join(project.home, 'rustic/data/credentials/credentials.json'), 0o644);
      return ['auth', 'list'];
    },
  },
  RUSTIC_SECRET_FILE: {
    break: async (project) => {
      await project.piped('s3cret', 'auth', 'add', 'acme');
      project.write('../home/rustic/data/credentials/credentials.json', '{');
      return ['auth', 'list'];
    },
    byHand: (project) => rmSync(join(project.home, 'rustic/data/credentials/credentials.json')),
    given: { NAME: 'acme' },
    stdin: 's3cret',
  },
  RUSTIC_MODEL_SCENARIO: {
    break: edit('scenario.json', '"say": "Hi."', '"sya": "Hi."'),
    byHand: edit('scenario.json', '"sya"', '"say"'),
  },
  RUSTIC_USAGE: { break: () => ['run', 'hi', '--continue'], afterwards: () => ['run', 'hi'] },
  RUSTIC_EXPLAIN_UNKNOWN: {
    break: () => ['explain', 'RUSTIC_LOCK_STAL'],
    afterwards: (fix) => ['explain', didYouMean(fix)],
  },
  RUSTIC_INTERRUPTED: { break: stopped('SIGINT'), afterwards: () => [] },
  RUSTIC_TERMINATED: { break: stopped('SIGTERM'), afterwards: () => [] },
  RUSTIC_TIME_LIMIT: { break: () => ['run', 'slow', '--time-limit', '1'], afterwards: () => [] },
  RUSTIC_LIMIT_COST: {
    project: {
      ...plain,
      composition: {
        plugins: [
          ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }],
          [
            '@rustic-ai/plugin-provider-catalogue',
            { models: [{ model: 'scripted/scenario', price: { inputUsd: 1, outputUsd: 1 } }] },
          ],
          ...[
            'agent-loop',
            'session-log',
            'storage-sqlite',
            'workspace-local',
            'tool-filesystem',
            'frontend-terminal',
          ].map((id) => `@rustic-ai/plugin-${id}`),
        ],
      },
    },
    break: () => ['run', 'dear', '--max-cost', '0.001'],
    afterwards: () => [],
  },
  RUSTIC_SESSION_UNKNOWN: { break: () => ['session', 'show', 'nothing'], afterwards: () => [] },
  RUSTIC_SESSION_PREFIX: {
    break: async (project) => {
      for (const prompt of ['hi', 'you']) await project.rustic('run', prompt);
      return ['session', 'show', '2'];
    },
    afterwards: () => ['session', 'show'],
  },
  RUSTIC_SESSION_ENTRY: {
    break: async (project) => {
      await project.rustic('run', 'hi');
      return ['session', 'fork', await lastId(project), '--at', '99'];
    },
    afterwards: () => [],
  },
  RUSTIC_GRANT_UNKNOWN: { break: () => ['permissions', 'revoke', 'nothing'], afterwards: () => [] },
  RUSTIC_IMPORT_INVALID: {
    break: async (project) => {
      await project.rustic('run', 'hi');
      project.write('session.jsonl', '{');
      return ['session', 'import', 'session.jsonl'];
    },
    given: async (project) => ({ ID: await lastId(project) }),
    afterwards: () => [],
  },
};
