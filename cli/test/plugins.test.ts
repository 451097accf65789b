import { describe, expect, it } from 'vitest';
import { createProject, resultsOf, type WrittenPlugin } from './project.js';

const echo = (id: string, more: object = {}) => ({
  id,
  contributes: {
    tool: { [`${id}_echo`]: { summary: 'Echoes', effects: { kind: 'none', idempotent: true, openWorld: false } } },
  },
  ...more,
});
const lockOf = async (...written: WrittenPlugin[]) => {
  const project = await createProject({ written, composition: { plugins: written.map(({ name }) => name) } });
  return project.rustic('lock', '--accept');
};
const refused = (code: string, message: string, fix: string) => ({
  code: 3,
  stdout: '',
  stderr: `${code}: ${message}\nFix: ${fix}\nMore: rustic explain ${code}\n`,
});

describe('a composition that does not fit together is refused when the lock is made', () => {
  it('because a package is not installed', async () => {
    const project = await createProject({ composition: { plugins: ['acme-nowhere'] } });
    expect(await project.rustic('lock', '--accept')).toEqual(
      refused(
        'RUSTIC_PLUGIN_UNKNOWN',
        `The plugin "acme-nowhere" is not installed where ${project.folder} looks for it.`,
        'Run: npm install acme-nowhere',
      ),
    );
  });

  it('because a package is no plugin', async () => {
    const project = await createProject({ composition: { plugins: ['acme-plain'] } });
    project.write('node_modules/acme-plain/package.json', { name: 'acme-plain', exports: './dist/index.js' });
    const { code, stderr } = await project.rustic('lock', '--accept');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^RUSTIC_PLUGIN_MANIFEST: The manifest of "acme-plain" can not be used: it is missing/);
  });

  it('because a plugin speaks another version of the API', async () => {
    expect(await lockOf({ name: 'acme-late', manifest: { ...echo('late'), apiVersion: 2 } })).toEqual(
      refused(
        'RUSTIC_PLUGIN_API',
        'The plugin "acme-late" speaks API version 2; this kernel speaks 1.',
        'Install a version of acme-late for API version 1.',
      ),
    );
  });

  it('because two plugins contribute the same name', async () => {
    const manifest = { ...echo('b'), contributes: echo('a').contributes };
    expect(await lockOf({ name: 'acme-a', manifest: echo('a') }, { name: 'acme-b', manifest })).toEqual(
      refused(
        'RUSTIC_CAPABILITY_TAKEN',
        'Two plugins contribute the tool "a_echo": a and b.',
        'Give it another name: rustic add acme-b --rename tool/a_echo=b_a_echo --no-install; or take one out: rustic remove a',
      ),
    );
  });

  it('because plugins require each other in a circle', async () => {
    const of = (id: string, gives: string, needs: string) => ({
      name: `acme-${id}`,
      manifest: { id, requires: { it: { one: needs } }, contributes: { service: { [gives]: { summary: 'Gives' } } } },
    });
    const ring = [
      of('a', 'session', 'workspace'),
      of('b', 'workspace', 'session.store'),
      of('c', 'session.store', 'session'),
    ];
    expect(await lockOf(...ring)).toEqual(
      refused(
        'RUSTIC_PLUGIN_CYCLE',
        'Plugins require each other in a circle: a -> b -> c -> a',
        'Remove one of the requirements in this circle.',
      ),
    );
  });

  it('because nothing provides what a plugin requires', async () => {
    expect(await lockOf({ name: 'acme-a', manifest: echo('a', { requires: { it: { one: 'workspace' } } }) })).toEqual(
      refused(
        'RUSTIC_CAPABILITY_MISSING',
        '"a" requires "workspace", and no plugin of the composition provides it.',
        'Add a plugin that provides workspace.',
      ),
    );
  });

  it.each([
    [{ path: 7 }, '/path must be string', '/path'],
    [{ pth: 'x' }, '/pth is not one of its options (path, depth)', '/pth'],
    [{ depth: { of: 0 } }, '/depth/of must be >= 1', '/depth/of'],
  ])('because the options %j of a plugin are not valid', async (options, what, path) => {
    const depth = { type: 'object', properties: { of: { type: 'integer', minimum: 1 } } };
    const config = { type: 'object', properties: { path: { type: 'string' }, depth } };
    const written = [{ name: 'acme-a', manifest: { id: 'a', config } }];
    const project = await createProject({ written, composition: { plugins: [['acme-a', options]] } });
    expect(await project.rustic('lock', '--accept')).toEqual(
      refused(
        'RUSTIC_PLUGIN_OPTIONS',
        `The options of "a" are not valid: ${what}`,
        `Correct ${path} under the options of a.`,
      ),
    );
  });
});

describe('a plugin that fails', () => {
  const throwing = {
    name: 'acme-broken',
    manifest: echo('broken'),
    code: 'export default { setup() { throw new Error("boom"); } };',
  };

  it('fails its own calls; the others work, and doctor names it', async () => {
    const calls = [
      { tool: 'broken_echo', id: 'broken' },
      { tool: 'fs_list', id: 'list' },
    ];
    const project = await createProject({
      turns: [{ calls }, { say: 'Half of it.' }],
      written: [throwing],
      locked: true,
    });
    expect(await project.rustic('run', 'try')).toMatchObject({ code: 0, stdout: 'Half of it.\n' });
    const results = await resultsOf(project);
    expect(results.map(({ id, error }) => [id, error?.code])).toEqual([
      ['broken', 'RUSTIC_PLUGIN_SETUP'],
      ['list', undefined],
    ]);
    const { code, stdout, stderr } = await project.rustic('doctor');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'FAILED start of broken: RUSTIC_PLUGIN_SETUP: The plugin "broken" failed while starting: boom\n' +
        '       Fix: Check its options in the composition; disable it with "enabled": false to go on without it.\n',
    );
    expect(stdout).toContain('ok     start of frontend-terminal: ');
    expect(stderr).toMatch(/^RUSTIC_DOCTOR_FAILED: 1 of the checks failed\./m);
    const json = await project.rustic('doctor', '--json');
    const { ok, checks } = JSON.parse(json.stdout) as { ok: boolean; checks: { name: string; ok: boolean }[] };
    expect({ code: json.code, ok }).toEqual({ code: 1, ok: false });
    expect(checks.filter((check) => !check.ok).map(({ name }) => name)).toEqual(['start of broken']);
  });

  it('outside of every call ends the process with its error, not with a listing', async () => {
    const code =
      'export default { setup() { setTimeout(() => { throw new Error("late"); }, 0); return { tool: { late_echo: { run: () => new Promise((done) => setTimeout(done, 60_000)) } } }; } };';
    const written = [{ name: 'acme-late', manifest: echo('late'), code }];
    const project = await createProject({
      turns: [{ calls: [{ tool: 'late_echo' }] }, { say: 'No.' }],
      written,
      locked: true,
    });
    const { code: exit, stdout, stderr } = await project.rustic('run', 'try');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain(
      'RUSTIC_INTERNAL: Something threw an error without a code: late\nFix: Report it with the output of --debug.\n',
    );
    expect(stderr).not.toContain('    at ');
    const debug = await project.rustic('run', '--debug', 'try');
    expect(debug.stderr).toMatch(/Error: late\n {4}at .*acme-late/);
    expect(await project.rustic('session', 'show')).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'returns what it did not declare',
      '{ tool: { broken_echo: { run() {} }, more: { run() {} } } }',
      'RUSTIC_PLUGIN_UNDECLARED',
    ],
    ['does not return what it declared', '{}', 'RUSTIC_PLUGIN_MISSING_PART'],
  ])('because it %s is named by doctor', async (_, returned, error) => {
    const code = `export default { setup: () => (${returned}) };`;
    const written = [{ name: 'acme-broken', manifest: echo('broken'), code }];
    const project = await createProject({ written, composition: { plugins: ['acme-broken'] }, locked: true });
    const { code: exit, stdout } = await project.rustic('doctor');
    expect(exit).toBe(1);
    expect(stdout).toContain(`FAILED start of broken: ${error}: The plugin "broken" `);
  });
});

describe('a plugin that nothing asks for', () => {
  it('is not imported', async () => {
    const code = `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('../imported.txt', import.meta.url), '');
export default { setup: () => ({ tool: { quiet_echo: { run: () => ({ parts: [{ type: 'text', text: 'quiet' }] }) } } }) };`;
    const turns = [{ when: 'use it', calls: [{ tool: 'quiet_echo' }] }, { say: 'Done.' }];
    const project = await createProject({
      turns,
      written: [{ name: 'acme-quiet', manifest: echo('quiet'), code }],
      locked: true,
    });
    const imported = () => {
      try {
        return project.read('node_modules/acme-quiet/imported.txt') === '';
      } catch {
        return false;
      }
    };
    for (const args of [['list'], ['trust', '--yes'], ['run', 'hi'], ['session', 'list'], ['lock']])
      expect(await project.rustic(...args)).toMatchObject({ code: 0 });
    expect(imported()).toBe(false);
    expect(await project.rustic('run', 'use it')).toMatchObject({ code: 0, stdout: 'Done.\n' });
    expect(imported()).toBe(true);
  });
});
