import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject } from './project.js';

const front = {
  name: 'front',
  manifest: { id: 'front', contributes: { service: { frontend: { summary: 'It' } } } },
  code: `export default { setup: () => ({ service: { frontend: { run: () => (process.stdout.write('ran\\n'), { exitCode: 0 }) } } }) };`,
};
const open = () => createProject({ written: [front], composition: { plugins: ['front'] }, locked: true });
const ran = { code: 0, stdout: 'ran\n', stderr: '' };
const required = { code: 5, stdout: '', stderr: expect.stringMatching(/^RUSTIC_TRUST_REQUIRED: /) };
const mode = (path: string) => statSync(path).mode & 0o777;

it('trust is kept where only its owner reads it, for each folder, and leaves no draft', async () => {
  const [one, two] = [await open(), await open()];
  const state = join(one.home, 'rustic/state');
  const there = two.start(['run', 'hi'], { env: { RUSTIC_HOME: join(one.home, 'rustic') } });
  there.child.stdin?.end();
  expect(await there.ended).toEqual(required);
  const trusting = two.start(['trust', '--yes'], { env: { RUSTIC_HOME: join(one.home, 'rustic') } });
  trusting.child.stdin?.end();
  expect(await trusting.ended).toMatchObject({ code: 0 });
  const { folders } = JSON.parse(readFileSync(join(state, 'trust.json'), 'utf8')) as { folders: object };
  expect(Object.keys(folders).toSorted()).toEqual([one.folder, two.folder].toSorted());
  expect(await one.rustic('run', 'hi')).toEqual(ran);
  expect([mode(state), mode(join(state, 'trust.json'))]).toEqual([0o700, 0o600]);
  expect(readdirSync(state)).toEqual(['trust.json']);
});

it.each([
  '',
  '{',
  'null',
  '[]',
  '{ "folders": null }',
  '{ "folders": 5 }',
  '{ "folders": { "FOLDER": null } }',
  '{ "folders": { "FOLDER": "digest" } }',
])('trust is none when its record is %j, until it is given again', async (text) => {
  const project = await open();
  const file = join(project.home, 'rustic/state/trust.json');
  writeFileSync(file, text.replace('FOLDER', project.folder));
  expect(await project.rustic('run', 'hi')).toEqual(required);
  expect(await project.rustic('trust', '--yes')).toMatchObject({ code: 0, stderr: '' });
  expect(await project.rustic('run', 'hi')).toEqual(ran);
});

it('trust covers one lock: another one of the same folder is not trusted, and the first one is again', async () => {
  const project = await open();
  const [lock, composition] = [project.read('rustic.lock'), project.read('rustic.json')];
  project.write('rustic.json', { plugins: ['front'], bind: { frontend: 'front' } });
  expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
  expect(await project.rustic('run', 'hi')).toEqual(ran);
  project.write('rustic.json', composition);
  project.write('rustic.lock', lock);
  expect(await project.rustic('run', 'hi')).toEqual(required);
});
