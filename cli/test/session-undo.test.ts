import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProject, type Project } from './project.js';

const turns = [
  { when: 'make', calls: [{ tool: 'fs_write', input: { path: 'new.txt', content: 'fresh\n' } }] },
  { when: 'make', say: 'Made.' },
  { when: 'change', calls: [{ tool: 'fs_edit', input: { path: 'a.txt', old: 'one', new: 'two' } }] },
  { when: 'change', say: 'Changed.' },
];
const rules = [{ effect: 'allow', action: 'fs.write', match: '**' }];

describe('what tools changed in a turn', () => {
  let project: Project;
  const file = (name: string) => join(project.folder, name);
  beforeEach(async () => {
    project = await createProject({ turns, rules, locked: true });
    writeFileSync(file('a.txt'), 'one\n');
    expect(await project.rustic('run', 'make')).toMatchObject({ code: 0, stdout: 'Made.\n' });
    expect(await project.rustic('run', '-c', 'change')).toMatchObject({ code: 0, stdout: 'Changed.\n' });
  });

  it('is shown, and put back', async () => {
    const edit = '--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-one\n+two\n';
    expect(await project.rustic('session', 'diff')).toEqual({
      code: 0,
      stdout: `changed ${file('a.txt')}\n${edit}`,
      stderr: '',
    });
    const json = await project.rustic('session', 'diff', '1', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      turn: 1,
      changes: [{ path: file('new.txt'), what: 'file', type: 'made' }],
    });
    expect(await project.rustic('session', 'undo', '1')).toEqual({
      code: 0,
      stdout: `Put back:\n${file('new.txt')}\n`,
      stderr: '',
    });
    expect(existsSync(file('new.txt'))).toBe(false);
    expect(readFileSync(file('a.txt'), 'utf8')).toBe('two\n');
    expect(await project.rustic('session', 'diff', '1')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^Turn 1 of \S+ has no changes of files\.\n$/),
    });
  });

  it('is not put back over what was changed since, unless forced', async () => {
    writeFileSync(file('a.txt'), 'mine\n');
    expect(await project.rustic('session', 'undo', '2')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(
        `RUSTIC_FS_UNDO: The changes can not be taken back: changed since: ${file('a.txt')}`,
      ),
    });
    expect(readFileSync(file('a.txt'), 'utf8')).toBe('mine\n');
    const forced = await project.rustic('session', 'undo', '2', '--force', '--json');
    expect(JSON.parse(forced.stdout)).toMatchObject({ turn: 2, paths: [file('a.txt')] });
    expect(readFileSync(file('a.txt'), 'utf8')).toBe('one\n');
    expect(await project.rustic('session', 'undo', '9')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no turn 9'),
    });
  });

  it('is forgotten with the session', async () => {
    const { stdout } = await project.rustic('session', 'list', '--json');
    const [{ id }] = JSON.parse(stdout) as [{ id: string }];
    const kept = () =>
      readdirSync(project.home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('turn-1.jsonl'));
    expect(kept()).toHaveLength(1);
    expect(await project.rustic('session', 'delete', id, '--yes')).toMatchObject({ code: 0 });
    expect(kept()).toEqual([]);
  });
});
