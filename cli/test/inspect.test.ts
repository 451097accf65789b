import { kernelErrors } from '@rustic-ai/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProject, type Project } from './project.js';

let project: Project;
beforeAll(async () => {
  project = await createProject({ locked: true });
});

describe('rustic list', () => {
  it('says what each plugin provides and may touch', async () => {
    const { code, stdout, stderr } = await project.rustic('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('session-log@0.1.0 (linked)\n  provides: service session\n');
    expect(stdout).toMatch(
      /^tool-shell@0\.1\.0 \(linked\)\n {2}provides: .*tool shell_run\n {2}may: exec \*\* \(runs command lines in the workspace\)\n/m,
    );
    expect(stdout.match(/^\S/gm)).toHaveLength(8);
  });

  it('prints the same as JSON', async () => {
    const { code, stdout, stderr } = await project.rustic('list', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const plugins = JSON.parse(stdout) as { id: string }[];
    expect(plugins.map(({ id }) => id)).toEqual([
      ...['provider-scripted', 'agent-loop', 'session-log', 'storage-sqlite', 'workspace-local'],
      ...['tool-filesystem', 'tool-shell', 'frontend-terminal'],
    ]);
    expect(plugins[6]).toMatchObject({
      package: '@rustic-ai/plugin-tool-shell',
      linked: true,
      permissions: [{ action: 'exec', match: '**', reason: 'runs command lines in the workspace' }],
    });
  });

  it('shows control characters of a manifest instead of sending them', async () => {
    const permissions = [{ action: 'exec', match: '**', reason: '\u001b[2Knothing)\n  may: (nothing' }];
    const written = [{ name: 'acme-sly', manifest: { id: 'sly', permissions } }];
    const sly = await createProject({ written, composition: { plugins: ['acme-sly'] } });
    const shown = String.raw`exec ** (^[[2Knothing)^J  may: (nothing)` + '\n';
    expect((await sly.rustic('lock', '--accept')).stdout).toContain(`sly asks for ${shown}`);
    for (const command of ['list', 'trust']) expect((await sly.rustic(command)).stdout).toContain(`  may: ${shown}`);
  });
});

describe('rustic doctor', () => {
  it('checks everything a run depends on and starts each plugin', async () => {
    const { code, stdout, stderr } = await project.rustic('doctor');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('FAILED');
    for (const name of [
      'node',
      'composition',
      'lock',
      'trust',
      'content of tool-shell',
      'start',
      'start of tool-shell',
    ])
      expect(stdout).toContain(`ok     ${name}: `);
    const json = await project.rustic('doctor', '--json');
    const { ok, checks } = JSON.parse(json.stdout) as { ok: boolean; checks: { ok: boolean }[] };
    expect({ code: json.code, ok, all: checks.every((check) => check.ok) }).toEqual({ code: 0, ok: true, all: true });
  });

  it.each([
    ['composition', 'rustic.json', '{', 'RUSTIC_CONFIG_INVALID: rustic.json:1:2: '],
    ['lock', 'rustic.lock', '{', 'RUSTIC_LOCK_INVALID: '],
  ])('goes on after a failed %s, and says what helps', async (name, file, content, expected) => {
    const broken = await createProject({ locked: true });
    broken.write(file, content);
    const { code, stdout, stderr } = await broken.rustic('doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {5}node: /);
    expect(stdout).toMatch(new RegExp(String.raw`^FAILED ${name}: ${expected}.*\n {7}Fix: \S`, 'm'));
    expect(stderr).toMatch(
      /^RUSTIC_DOCTOR_FAILED: \d of the checks failed\.\nFix: Do what stands below each of them\.\n/,
    );
  });
});

describe('rustic explain', () => {
  it('knows the codes of the kernel and of the official packages', async () => {
    const { RUSTIC_LOCK_STALE: row } = kernelErrors;
    expect(await project.rustic('explain', 'rustic_lock_stale')).toEqual({
      code: 0,
      stdout: `RUSTIC_LOCK_STALE (error, exit code 3)\nWhat happened: ${row.message}\nFix: ${row.fix}\n`,
      stderr: '',
    });
    for (const code of ['RUSTIC_SESSION_BUSY', 'RUSTIC_FS_OUTSIDE', 'RUSTIC_MODEL_IDLE', 'RUSTIC_LOCK_CONSENT'])
      expect(await project.rustic('explain', code)).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['RUSTIC_USAGE', 2],
    ['RUSTIC_TRUST_CONSENT', 5],
    ['RUSTIC_LOCK_CONSENT', 5],
    ['RUSTIC_LOCK_STALE', 3],
    ['RUSTIC_OPERATION_TIMEOUT', 124],
    ['RUSTIC_INTERNAL', 1],
  ])('names the exit code of %s', async (code, exit) => {
    const { stdout } = await project.rustic('explain', code);
    expect(stdout).toContain(`(error, exit code ${exit})`);
  });

  it('suggests a code that is close', async () => {
    const { code, stdout, stderr } = await project.rustic('explain', 'RUSTIC_LOK_STALE');
    expect(stderr).toContain('RUSTIC_EXPLAIN_UNKNOWN');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Fix: Did you mean "RUSTIC_LOCK_STALE"?\n');
  });
});
