import { describe, expect, it } from 'vitest';
import { byHand, compositionOf, createProject, type Project } from './project.js';

const turns = [{ when: 'look', calls: [{ tool: 'fs_list' }] }, { say: 'Seen.' }];
const rules = [{ effect: 'deny', action: 'exec', match: 'curl **' }];
const permissions = [{ action: 'net', match: 'a.example', reason: 'asks the weather' }];
const weather = {
  name: 'rustic-plugin-weather',
  manifest: { id: 'weather', permissions, contributes: { hook: { 'turn.started': {} } } },
  code: `export default { setup: () => ({ hook: { 'turn.started': () => {} } }) };`,
};
const composed = () => createProject({ turns, rules, written: [weather], locked: true });
interface Proof {
  readonly ok: boolean;
  readonly composition?: string;
  readonly checks: readonly { name: string; ok: boolean; note: string; fix?: string }[];
  readonly plugins: readonly { id: string; isolation: string; linked: boolean; permissions: readonly object[] }[];
  readonly grantedBy: string;
  readonly rules?: readonly { scope: string; match: string }[];
  readonly hooks: Record<string, readonly string[]>;
  readonly grants?: readonly object[];
}
async function proofOf(project: Project) {
  const { code, stdout, stderr } = await project.rustic('prove', '--json');
  expect(stderr).toBe('');
  return { code, proof: JSON.parse(stdout) as Proof };
}
const failures = ({ checks }: Proof) => checks.filter(({ ok }) => !ok);
const skipped = (name: string) => ({
  name,
  ok: false,
  note: 'not looked at, because of what failed',
  fix: 'Repair what stands above.',
});

describe('rustic prove', () => {
  it('shows on one screen what the composition is and may do, and that all of it verifies', async () => {
    const project = await composed();
    await project.rustic('run', 'look');
    const { digest } = JSON.parse(project.read('rustic.lock')) as { digest: string };
    const { code, stdout, stderr } = await project.rustic('prove');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('FAILED');
    for (const text of [
      `composition ${digest}\n`,
      '\nok     lock: fresh and unaltered\n',
      '\nok     trust: this folder is trusted with exactly this lock\n',
      '\nok     content of weather: 1.0.0, as locked\n',
      '\nok     content of tool-shell: 0.1.0, as locked (linked)\n',
      '\n  weather@1.0.0  in-process\n    net a.example (asks the weather)\n',
      '\nIsolation\n  in-process is full trust: the gate stops mistakes, not malice.',
      '\nGranted by\n  whoever accepted exactly this lock in this folder, as this user: ',
      `\nRules, beside the 23 built-in ones\n  deny exec curl **  [${project.folder}/rustic.json]\n`,
      '\n  turn.started: weather\n',
      '\nRemembered answers\n  none\n',
    ])
      expect(stdout).toContain(text);
    expect(stdout).toMatch(/\nok {5}audit: \d+ entries from \S+Z to \S+Z: each is as it was written/);
    expect(stdout.split('\n').length).toBeLessThan(60);
  });

  it('prints the same as JSON', async () => {
    const { code, proof } = await proofOf(await composed());
    expect({ code, ok: proof.ok, failed: failures(proof) }).toEqual({ code: 0, ok: true, failed: [] });
    expect(proof.plugins.at(-1)).toEqual({
      id: 'weather',
      package: 'rustic-plugin-weather',
      version: '1.0.0',
      linked: false,
      isolation: 'in-process',
      permissions,
    });
    expect(proof.rules?.filter(({ scope }) => scope === 'project')).toMatchObject(rules);
    expect(proof).toMatchObject({ grantedBy: 'lock', grants: [], hooks: { 'turn.started': ['weather'] } });
  });

  it('has one hash for one composition on two machines', async () => {
    const [one, other] = [(await proofOf(await composed())).proof, (await proofOf(await composed())).proof];
    expect(one.composition).toMatch(/^[0-9a-f]{64}$/);
    expect(other.composition).toBe(one.composition);
  });

  it('proves the built-in composition as well', async () => {
    const { code, proof } = await proofOf(await createProject({ composition: false }));
    expect({ code, ok: proof.ok, by: proof.grantedBy }).toEqual({ code: 0, ok: true, by: 'built-in' });
  });

  const rest = ['rules', 'start', 'audit', 'grants'].map(skipped);
  const fix = (name: string, error: string, says: string) => ({
    name,
    ok: false,
    note: expect.stringContaining(`${error}: `),
    fix: expect.stringContaining(says),
  });
  it.each([
    {
      what: 'a lock that is missing',
      change: async (project: Project) => project.write('rustic.json', compositionOf({ turns })),
      options: { locked: false },
      found: [fix('lock', 'RUSTIC_LOCK_MISSING', 'rustic lock'), ...rest],
      known: false,
    },
    {
      what: 'a lock that is stale',
      change: async (project: Project) => project.write('rustic.json', compositionOf({ turns })),
      found: [fix('lock', 'RUSTIC_LOCK_STALE', 'rustic lock'), ...rest],
      known: true,
    },
    {
      what: 'a lock that was altered',
      change: async (project: Project) =>
        project.write('rustic.lock', project.read('rustic.lock').replace('"a.example"', '"b.example"')),
      found: [fix('lock', 'RUSTIC_LOCK_ALTERED', 'rustic lock --accept'), ...rest],
      known: false,
    },
    {
      what: 'a plugin whose content is another',
      change: async (project: Project) => project.write('node_modules/rustic-plugin-weather/dist/more.js', ''),
      found: [fix('content of weather', 'RUSTIC_PLUGIN_CHANGED', 'rustic lock --accept'), ...rest],
      known: true,
    },
    {
      what: 'a local layer nobody looked at',
      change: async (project: Project) => project.write('rustic.local.json', {}),
      found: [fix('trust', 'RUSTIC_TRUST_REQUIRED', 'rustic trust'), ...rest],
      known: true,
    },
    {
      what: 'an audit log that was altered',
      change: async (project: Project) => {
        await project.rustic('run', 'look');
        byHand(project, (db) => db.exec('delete from audit where seq = 1'));
      },
      found: [fix('audit', 'RUSTIC_AUDIT_ALTERED', 'Restore the log')],
      known: true,
    },
  ])('says what does not hold, and goes on: $what', async ({ change, options = {}, found, known }) => {
    const project = await createProject({ turns, rules, written: [weather], locked: true, ...options });
    await change(project);
    const { code, proof } = await proofOf(project);
    expect({ code, ok: proof.ok, known: proof.composition !== undefined }).toEqual({ code: 1, ok: false, known });
    expect(failures(proof)).toEqual(found);
    const { code: exit, stdout, stderr } = await project.rustic('prove');
    expect(exit).toBe(1);
    expect(stdout.match(/^FAILED .*\n {7}Fix: \S/gm)).toHaveLength(found.length);
    expect(stderr).toMatch(/^RUSTIC_PROVE_FAILED: \d of the claims do not hold\.\nFix: /);
  });

  it('starts nothing of a folder that is not trusted, and says that nobody granted what it asks', async () => {
    const loud = { name: 'acme-loud', manifest: { id: 'loud', critical: true }, code: 'process.exit(77);' };
    const project = await createProject({ turns, written: [loud], locked: true });
    const { ended } = project.start(['prove'], { env: { RUSTIC_HOME: `${project.home}/other` } });
    const { code, stdout } = await ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED trust: RUSTIC_TRUST_REQUIRED: .*\n {7}Fix: .*rustic trust$/m);
    expect(stdout).toContain('\nGranted by\n  nobody: this lock was not accepted in this folder by this user\n');
  });

  it('holds a composition without an audit log for unproven', async () => {
    const { code, proof } = await proofOf(await createProject({ composition: { plugins: [] }, locked: true }));
    expect(code).toBe(1);
    expect(failures(proof)).toEqual([fix('audit', 'RUSTIC_CAPABILITY_MISSING', 'Add a plugin that provides audit')]);
  });
});
