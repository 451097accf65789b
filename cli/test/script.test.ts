import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, type Project, root, temporaryFolder } from './project.js';

const keptIn = (project: Project) => join(project.home, 'rustic/rustic-ai/code');
/** What is kept of the program's own script, by what it was asked for. */
const kept = (project: Project, use: 'run' | 'rest') =>
  readdirSync(keptIn(project))
    .filter((name) => name.endsWith(`-${use}.script`))
    .map((name) => join(keptIn(project), name))
    .toSorted((a, b) => statSync(b).size - statSync(a).size);

describe('what is compiled of the program', () => {
  it('is kept for its user alone, for each use of it, and used again', async () => {
    const project = await createProject({ turns: [{ say: 'Hello.' }], locked: true });
    await project.rustic('list');
    const [file = ''] = kept(project, 'rest');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(keptIn(project)).mode & 0o777).toBe(0o700);
    expect(kept(project, 'run')).toEqual([]);
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
    expect(kept(project, 'run')).not.toEqual([]);
    const before = statSync(file, { bigint: true }).mtimeNs;
    await project.rustic('list');
    expect(statSync(file, { bigint: true }).mtimeNs).toBe(before);
  });

  it('is made anew where it was damaged', async () => {
    const project = await createProject({ turns: [{ say: 'Hello.' }], locked: true });
    await project.rustic('run', 'hi');
    const [file = ''] = kept(project, 'run');
    const whole = readFileSync(file);
    for (const damage of [
      (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 0x55, bytes.length >> 1),
      (bytes: Buffer) => bytes.fill(0),
    ]) {
      const bytes = Buffer.from(whole);
      damage(bytes);
      writeFileSync(file, bytes);
      expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
      expect(readFileSync(file).equals(bytes)).toBe(false);
    }
    writeFileSync(file, '');
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
    expect(statSync(file).size).toBeGreaterThan(100_000);
  });

  it('is neither read nor kept where others could put something', async () => {
    const project = await createProject({ turns: [{ say: 'Hello.' }], locked: true });
    await project.rustic('run', 'hi');
    const [file = ''] = kept(project, 'run');
    writeFileSync(file, 'what somebody else put there');
    chmodSync(keptIn(project), 0o777);
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
    expect(readFileSync(file, 'utf8')).toBe('what somebody else put there');
    chmodSync(keptIn(project), 0o700);
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
    expect(statSync(file).size).toBeGreaterThan(100_000);
  });

  it('goes when forty others are newer', async () => {
    const project = await createProject({ composition: false });
    mkdirSync(keptIn(project), { recursive: true });
    const old = Array.from({ length: 60 }, (_, index) => join(keptIn(project), `${index}-run.script`));
    for (const [index, file] of old.entries()) {
      writeFileSync(file, 'old');
      utimesSync(file, index, index);
    }
    await project.rustic('list');
    const names = readdirSync(keptIn(project)).filter((name) => name.endsWith('.script'));
    expect(names).toHaveLength(40);
    expect(names).toContain('59-run.script');
    expect(names).not.toContain('0-run.script');
    expect(kept(project, 'rest')).not.toEqual([]);
  });
});

it('does not run where its own code was damaged, also when that was compiled before', async () => {
  const project = await createProject({ composition: false });
  const copy = join(temporaryFolder(), 'rustic-ai');
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, 'cli', part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const list = () => project.start(['hooks', '--json'], { bin: join(copy, 'bin/rustic.js') }).ended;
  expect((await list()).code).toBe(0);
  const file = join(copy, 'dist/rustic.js');
  const text = readFileSync(file, 'latin1');
  writeFileSync(file, text.replace('RUSTIC_CONFIG_MISSING', 'RUSTIC_CONFIG_MISSINK'), 'latin1');
  expect(await list()).toEqual({
    code: 3,
    stdout: '',
    stderr: 'RUSTIC_PRODUCT_DAMAGED: rustic.js is not as it was built.\nFix: Install this program again.\n',
  });
});
