import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compositionOf, createProject } from './project.js';

const turns = [{ say: 'Hi.' }];
const answered = { code: 0, stdout: 'Hi.\n' };
/** What a refusal must say: nothing on stdout, the code, the fix. */
const refusal = (code: number, error: string, fix: string) => ({
  code,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^${error}: [^]*\nFix: .*${fix}.*\nMore: rustic explain ${error}\n$`)),
});

describe('rustic lock', () => {
  it('wants consent, and without a terminal gets it from --accept alone', async () => {
    const project = await createProject({ turns });
    const { code, stdout, stderr } = await project.rustic('lock');
    expect(code).toBe(5);
    expect(stdout).toContain('tool-shell asks for exec ** (runs command lines in the workspace)\n');
    expect(stderr).toMatch(/^RUSTIC_LOCK_CONSENT: [^]*\nFix: .*rustic lock --accept\n/);
    expect(() => project.read('rustic.lock')).toThrow('ENOENT');
    const accepted = await project.rustic('lock', '--accept');
    expect(accepted).toMatchObject({ code: 0, stderr: '' });
    expect(accepted.stdout).toMatch(/\nrustic\.lock: 8 plugins, composition [0-9a-f]{12}\n$/);
    expect(await project.rustic('run', 'hi')).toMatchObject(answered);
  });

  it('makes the same bytes again, and needs no consent when nothing is added', async () => {
    const project = await createProject({ turns, locked: true });
    const before = project.read('rustic.lock');
    const again = await project.rustic('lock', '--json');
    const { digest } = JSON.parse(before) as { digest: string };
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toEqual({
      lock: `${project.folder}/rustic.lock`,
      digest,
      plugins: 8,
      changes: [],
    });
    expect(project.read('rustic.lock')).toBe(before);
    expect(before).not.toContain(project.folder);
  });

  it('asks again only for what is new', async () => {
    const written = [{ name: 'acme-extra', manifest: { id: 'extra' } }];
    const project = await createProject({ turns, written, composition: compositionOf({ turns }), locked: true });
    project.write('rustic.json', compositionOf({ turns, written }));
    const { code, stdout } = await project.rustic('lock');
    expect({ code, stdout }).toEqual({ code: 5, stdout: 'extra@1.0.0 is new\n' });
    project.write('rustic.json', compositionOf({ turns }));
    expect(await project.rustic('run', 'hi')).toMatchObject(answered);
  });
});

describe('a lock that can not be used', () => {
  it('is missed by name', async () => {
    const project = await createProject({ turns });
    expect(await project.rustic('run', 'hi')).toEqual(refusal(3, 'RUSTIC_LOCK_MISSING', 'rustic lock'));
  });

  it('is stale after the composition changed, until it is made again', async () => {
    const project = await createProject({ turns, locked: true });
    project.write('rustic.json', compositionOf({ turns, rules: [{ effect: 'deny', action: 'exec', match: '**' }] }));
    expect(await project.rustic('run', 'hi')).toEqual(refusal(3, 'RUSTIC_LOCK_STALE', 'rustic lock'));
    expect(await project.rustic('lock')).toMatchObject({ code: 0, stderr: '' });
    expect(await project.rustic('run', 'hi')).toMatchObject(answered);
  });

  it('is refused when its content does not fit its digest', async () => {
    const project = await createProject({ turns, locked: true });
    const whole = project.read('rustic.lock');
    project.write('rustic.lock', whole.replace('"match": "**"', '"match": "/etc/**"'));
    expect(await project.rustic('run', 'hi')).toEqual(refusal(3, 'RUSTIC_LOCK_ALTERED', 'rustic lock --accept'));
    expect(await project.rustic('list')).toEqual(refusal(3, 'RUSTIC_LOCK_ALTERED', 'rustic lock --accept'));
    project.write('rustic.lock', whole);
    expect(await project.rustic('run', 'hi')).toMatchObject(answered);
  });

  it.each([
    ['cut off', (whole: string) => whole.slice(0, whole.length / 2)],
    ['empty', () => ''],
    ['of a later version', (whole: string) => whole.replace('"lockVersion": 1', '"lockVersion": 2')],
    ['something else', () => '[1, 2]'],
  ])('is refused when it is %s, and made anew', async (_, damage) => {
    const project = await createProject({ turns, locked: true });
    const whole = project.read('rustic.lock');
    project.write('rustic.lock', damage(whole));
    expect(await project.rustic('run', 'hi')).toEqual(refusal(3, 'RUSTIC_LOCK_INVALID', 'rustic lock'));
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect(project.read('rustic.lock')).toBe(whole);
  });

  it.each<[string, (file: string) => void]>([
    ['binary', (file) => writeFileSync(file, Buffer.from([0, 255, 254, 7, 0, 1]))],
    ['50 MB long', (file) => writeFileSync(file, ' '.repeat(50_000_000))],
    ['lists in each other', (file) => writeFileSync(file, '['.repeat(1e6))],
    ['a folder', (file) => (rmSync(file), mkdirSync(file))],
    ['a link to itself', (file) => (rmSync(file), symlinkSync(file, file))],
  ])('is refused when it is %s, by every command', async (_, damage) => {
    const project = await createProject({ turns, locked: true });
    damage(join(project.folder, 'rustic.lock'));
    for (const args of [['run', 'hi'], ['list'], ['trust'], ['session', 'list']])
      expect(await project.rustic(...args)).toEqual(refusal(3, 'RUSTIC_LOCK_INVALID', 'rustic lock'));
  });

  it('stays where it is when something else stands in its place', async () => {
    const project = await createProject({ turns });
    mkdirSync(join(project.folder, 'rustic.lock/inside'), { recursive: true });
    const { code, stderr } = await project.rustic('lock', '--accept');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^RUSTIC_LOCK_WRITE: The lock can not be written to .*rustic\.lock: [^]*\nFix: Remove what/);
    expect(readdirSync(project.folder).toSorted()).toEqual([
      'node_modules',
      'rustic.json',
      'rustic.lock',
      'scenario.json',
    ]);
  });

  it('is refused when an installed plugin has other content than it recorded', async () => {
    const written = [{ name: 'acme-extra', manifest: { id: 'extra', critical: true } }];
    const project = await createProject({ turns, written, locked: true });
    project.write('node_modules/acme-extra/dist/index.js', 'throw new Error("other code ran");');
    const { code, stdout, stderr } = await project.rustic('run', 'hi');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('The content of "acme-extra" is not what the lock recorded: dist/index.js differs.');
    expect(stderr).not.toContain('other code ran');
    const { stdout: checks } = await project.rustic('doctor');
    expect(checks).toMatch(/^FAILED content of extra: RUSTIC_PLUGIN_CHANGED: /m);
  });
});

describe('trust', () => {
  const elsewhere = (home: string) => ({ RUSTIC_HOME: `${home}/other` });

  it('is per user: a folder locked by somebody else loads nothing before rustic trust', async () => {
    const project = await createProject({ turns, locked: true });
    const as = async (...args: string[]) => {
      const { child, ended } = project.start(args, { env: elsewhere(project.home) });
      child.stdin?.end();
      return ended;
    };
    expect(await as('run', 'hi')).toEqual(refusal(5, 'RUSTIC_TRUST_REQUIRED', 'rustic trust'));
    expect(await as('session', 'list')).toMatchObject({ code: 5 });
    const asked = await as('trust');
    expect(asked).toMatchObject({ code: 5, stderr: expect.stringContaining('RUSTIC_TRUST_CONSENT') });
    expect(asked.stdout).toContain('  may: exec ** (runs command lines in the workspace)\n');
    expect(await as('run', 'hi')).toMatchObject({ code: 5 });
    expect(await as('trust', '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(await as('run', 'hi')).toMatchObject(answered);
  });

  it('is lost when the lock changes', async () => {
    const project = await createProject({ turns, locked: true });
    const rules = [{ effect: 'allow', action: 'exec', match: '**' }];
    project.write('rustic.json', compositionOf({ turns, rules }));
    const other = project.start(['lock', '--accept'], { env: elsewhere(project.home) });
    other.child.stdin?.end();
    expect(await other.ended).toMatchObject({ code: 0 });
    const { code, stderr } = await project.rustic('run', 'hi');
    expect(code).toBe(5);
    expect(stderr).toMatch(/^RUSTIC_TRUST_REQUIRED: The folder .* is not trusted since its lock changed, so nothing/);
  });
});
