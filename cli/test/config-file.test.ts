import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject } from './project.js';

describe('rustic config init', () => {
  it('writes a file that can be read, once', async () => {
    const project = await createProject({ composition: false });
    const { code, stdout } = await project.rustic('config', 'init');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Wrote ${join(project.folder, 'rustic.json')}\nIts plugins are not installed yet: rustic init\n`,
    });
    const text = project.read('rustic.json');
    expect(text).toContain('// What is allowed, asked or denied.');
    expect((await project.rustic('lock', '--accept')).stderr).not.toContain('RUSTIC_CONFIG');
    expect(await project.rustic('config', 'init')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('RUSTIC_CONFIG_EXISTS'),
    });
    expect(project.read('rustic.json')).toBe(text);
  });

  it.each([
    ['--local', 'project/rustic.local.json'],
    ['--user', 'home/rustic/config/rustic.json'],
  ])('writes a layer with %s, which changes nothing', async (flag, path) => {
    const project = await createProject({ locked: true });
    const before = (await project.rustic('config', 'show')).stdout;
    expect((await project.rustic('config', 'init', flag)).code).toBe(0);
    const file = join(project.folder, '..', path);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('// Who provides what several could');
    expect((await project.rustic('config', 'show')).stdout).toBe(before);
    expect((await project.rustic('config', 'check')).code).toBe(0);
  });
});

describe('the version of a file of settings', () => {
  it('is the one there is, said or not, and is up to date', async () => {
    const project = await createProject({ locked: true });
    const composition = JSON.parse(project.read('rustic.json')) as object;
    for (const version of [undefined, 1]) {
      project.write('rustic.json', { ...composition, ...(version && { version }) });
      const { code, stdout } = await project.rustic('config', 'migrate', '--json');
      expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, version: 1, changed: false });
    }
    expect((await project.rustic('lock', '--accept')).code).toBe(0);
  });

  it('is refused at its place when it is later, before any key it may bring', async () => {
    const project = await createProject({ composition: '{\n  "future": true,\n  "version": 2\n}\n' });
    for (const args of [['config', 'migrate'], ['lock']]) {
      const { code, stderr } = await project.rustic(...args);
      expect(code).toBe(3);
      expect(stderr).toContain('rustic.json:3:14: it is of version 2; this program knows 1');
      expect(stderr).toContain('Fix: Use a later rustic-ai');
    }
  });
});
