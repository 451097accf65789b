import { exitCodes } from '@rustic-ai/kernel/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { completedOf, createProject, type Project, type Ran, resultOf, type WrittenPlugin } from './project.js';

/** An agent that can't do without what a tool does. */
const demanding: WrittenPlugin = {
  name: 'acme-demanding',
  manifest: {
    id: 'demanding',
    requires: { tools: { all: 'tool' } },
    contributes: { agent: { demanding: { summary: 'Reads a file that is not there' } } },
  },
  code: `export default { setup: ({ deps }) => ({ agent: { demanding: { async *run(request, call) {
    const { error } = await deps.tools.get('fs_read').invoke({ path: 'nowhere.txt' }, call);
    throw Object.assign(new Error(error.message), error, { [Symbol.for('rustic-ai.error')]: true });
  } } } }) };`,
};
const error = (when: string, code: string) => ({ when, error: { code, message: 'It went wrong.', fix: 'Mend it.' } });
const turns = [
  { when: 'fine', say: 'Fine.' },
  error('fail', 'RUSTIC_INTERNAL'),
  error('key', 'RUSTIC_MODEL_AUTH'),
  error('busy', 'RUSTIC_MODEL_OVERLOADED'),
  { when: 'again', say: 'I look.', calls: [{ tool: 'fs_list' }] },
  { when: 'again', say: 'That is all.', calls: [{ tool: 'fs_list' }] },
  { when: 'long', say: 'Wait for it.', calls: [{ tool: 'fs_list' }] },
  { when: 'long', say: 'For ever.', delayMs: 600_000 },
];

let project: Project;
let stranger: Project;
beforeAll(async () => {
  project = await createProject({
    turns,
    written: [demanding],
    locked: true,
    composition: {
      plugins: [
        ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }],
        ...[
          'agent-loop',
          'session-log',
          'storage-sqlite',
          'workspace-local',
          'tool-filesystem',
          'frontend-terminal',
        ].map((id) => `@rustic-ai/plugin-${id}`),
        'acme-demanding',
      ],
      bind: { agent: 'main' },
    },
  });
  stranger = await createProject({ turns, locked: true });
});

/** How each row of the table comes about: the arguments of a run, and the signal it gets once it is under way. */
const rows: Readonly<
  Record<keyof typeof exitCodes, { args: readonly string[]; signal?: NodeJS.Signals; code?: string }>
> = {
  ok: { args: ['fine'] },
  failed: { args: ['fail'], code: 'RUSTIC_INTERNAL' },
  usage: { args: ['fine', '--max-turns', 'many'], code: 'RUSTIC_USAGE' },
  config: { args: ['fine', '--config', 'other.json'], code: 'RUSTIC_CONFIG_MISSING' },
  credential: { args: ['key'], code: 'RUSTIC_MODEL_AUTH' },
  permission: { args: ['fine'], code: 'RUSTIC_TRUST_REQUIRED' },
  limit: { args: ['again', '--max-turns', '1'], code: 'RUSTIC_LIMIT_STEPS' },
  provider: { args: ['busy'], code: 'RUSTIC_MODEL_OVERLOADED' },
  tool: { args: ['fine', '--agent', 'demanding'], code: 'RUSTIC_FS_MISSING' },
  timeout: { args: ['long', '--time-limit', '0.5'], code: 'RUSTIC_TIME_LIMIT' },
  interrupted: { args: ['long'], signal: 'SIGINT', code: 'RUSTIC_INTERRUPTED' },
  terminated: { args: ['long'], signal: 'SIGTERM', code: 'RUSTIC_TERMINATED' },
};

async function ended(name: keyof typeof exitCodes, mode: readonly string[]): Promise<Ran> {
  const { args, signal } = rows[name];
  const [place, env] =
    name === 'permission' ? [stranger, { RUSTIC_HOME: `${stranger.home}/other` }] : [project, undefined];
  const running = place.start(['run', ...args, ...mode], env && { env });
  running.child.stdin?.end();
  if (signal) {
    // With --json nothing is written before the end; the session tells how far it is.
    if (mode.includes('--json')) await Promise.race([underWay(place), running.ended]);
    else await running.seen('fs_list');
    running.child.kill(signal);
  }
  return running.ended;
}
/** Waits until the newest session has the results of its calls. */
async function underWay(place: Project) {
  for (;;) {
    const { code, stdout } = await place.rustic('session', 'list', '--limit', '1');
    if (code !== 0 || / {5}3 {2}long$/m.test(stdout)) return;
  }
}

describe.each(Object.entries(exitCodes) as [keyof typeof exitCodes, number][])('%s', (name, code) => {
  const errors = rows[name].code === undefined ? [] : [{ code: rows[name].code }];
  const status = ['timeout', 'interrupted', 'terminated'].includes(name) ? 'interrupted' : code ? 'failed' : 'ok';

  it(`is ${code} with text`, async () => {
    const ran = await ended(name, []);
    expect(ran.code).toBe(code);
    expect(ran.stdout).toBe(code === 0 ? 'Fine.\n' : name === 'limit' ? 'That is all.\n' : '');
    // Whoever sent a signal knows it.
    if (rows[name].signal) expect(ran.stderr).toMatch(/^✗ interrupted$/m);
    else for (const one of errors) expect(ran.stderr).toContain(one.code);
  });

  it(`is ${code} with --json`, async () => {
    const ran = await ended(name, ['--json']);
    expect(ran.code).toBe(code);
    expect(resultOf(ran.stdout)).toMatchObject({ status, exitCode: code, errors });
  });

  it(`is ${code} with a line for each event`, async () => {
    const ran = await ended(name, ['--output-format', 'stream-json']);
    expect(ran.code).toBe(code);
    expect(completedOf(ran.stdout)).toMatchObject({ status, exitCode: code, errors });
  });
});
