import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject } from './project.js';

describe('rustic doctor --fix', () => {
  it('closes folders that others can look into, and says so', async () => {
    const project = await createProject({ turns: [{ say: 'Hi.' }], locked: true });
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0 });
    const folder = join(project.home, 'rustic/data');
    chmodSync(folder, 0o755);
    const found = await project.rustic('doctor');
    expect(found).toMatchObject({ code: 1 });
    expect(found.stdout).toContain(
      `FAILED folders: RUSTIC_CONFIG_OPEN: Others can look into ${folder}.\n       Fix: Run: rustic doctor --fix\n`,
    );
    const mended = await project.rustic('doctor', '--fix', '--json');
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({ ok: true, mended: [`${folder}: only you can read it now`] });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const again = await project.rustic('doctor', '--fix', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, mended: [] });
  });

  it('leaves a lock that does not fit to a person, and says what to run', async () => {
    const project = await createProject({ turns: [{ say: 'Hi.' }], locked: true });
    const before = project.read('rustic.lock');
    project.write('rustic.json', project.read('rustic.json').replace('"rules": []', '"rules": [ ]'));
    const ran = await project.rustic('doctor', '--fix');
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining('FAILED lock: RUSTIC_LOCK_STALE') });
    expect(ran.stdout).toContain('Fix: Review the change, then run: rustic lock');
    expect(project.read('rustic.lock')).toBe(before);
  });

  it('says without it that all is well after a first run', async () => {
    const project = await createProject({ composition: false });
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0 });
    expect(await project.rustic('models')).toMatchObject({ code: 0 });
    expect(await project.rustic('doctor')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok {5}folders: /m),
    });
  });
});
