import { describe, expect, it } from 'vitest';
import { createProject, resultsOf } from './project.js';

const write = (path: string) => ({ calls: [{ tool: 'fs_write', input: { path, content: 'text' } }] });
const turns = [
  { when: 'hello', say: 'Hello to you.' },
  { when: 'write', ...write('a.txt') },
  { when: 'write', say: 'That is all.' },
  { when: 'look', calls: [{ tool: 'fs_list' }] },
  { when: 'look', say: 'This takes for ever.', delayMs: 600_000 },
];
const ctrlC = '\u0003';
const ctrlD = '\u0004';
const begin = async () => {
  const project = await createProject({ turns, locked: true });
  const terminal = project.terminal('run');
  await terminal.seen('› ');
  return { project, ...terminal };
};

describe('a conversation in a terminal', () => {
  it('answers each prompt in one session, until /quit', async () => {
    const { project, type, seen, ended } = await begin();
    type('hello\r');
    await seen('Hello to you.');
    await seen('› ');
    type('hello again\r');
    await seen('Hello to you.');
    await seen('› ');
    type('/quit\r');
    expect(await ended).toMatchObject({ code: 0 });
    const { stdout } = await project.rustic('session', 'list');
    expect(stdout.match(/ {5}4 {2}hello\n/g)).toHaveLength(1);
  });

  it('takes a prompt on the command line as one shot, and asks on the terminal', async () => {
    const project = await createProject({ turns, locked: true });
    const { type, seen, ended } = project.terminal('run', 'write');
    await seen('n no');
    type('y\r');
    await seen('That is all.');
    expect(await ended).toMatchObject({ code: 0 });
    expect(project.read('a.txt')).toBe('text');
  });

  it('refuses a call with n, tells the model, and goes on', async () => {
    const { project, type, seen, ended } = await begin();
    type('write\r');
    await seen('fs_write of tool-filesystem@');
    await seen('fs.write  ');
    await seen('n no');
    type('n\r');
    await seen('RUSTIC_PERMISSION_DENIED');
    await seen('That is all.');
    await seen('› ');
    type('/quit\r');
    expect(await ended).toMatchObject({ code: 0 });
    expect(() => project.read('a.txt')).toThrow('ENOENT');
    expect((await resultsOf(project)).map(({ error }) => error?.code)).toEqual(['RUSTIC_PERMISSION_DENIED']);
  });

  it('allows a call with y, but not with a pasted sentence that begins with it', async () => {
    const { project, type, seen, ended } = await begin();
    type('write\r');
    await seen('n no');
    type('yes please do whatever you like\r');
    await seen('n no');
    expect(() => project.read('a.txt')).toThrow('ENOENT');
    type('y\r');
    await seen('✓ fs_write');
    await seen('That is all.');
    await seen('› ');
    type('/quit\r');
    expect(await ended).toMatchObject({ code: 0 });
    expect(project.read('a.txt')).toBe('text');
  });

  it('interrupts a running turn with Ctrl+C and comes back to the prompt', async () => {
    const { type, seen, ended } = await begin();
    type('look\r');
    await seen('✓ fs_list');
    type(ctrlC);
    await seen('✗ interrupted');
    await seen('› ');
    type('hello\r');
    await seen('Hello to you.');
    await seen('› ');
    type('/quit\r');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('ends with Ctrl+C pressed twice on an empty line', async () => {
    const { type, seen, ended } = await begin();
    type(ctrlC);
    await seen('press Ctrl+C again to exit');
    await seen('› ');
    type(ctrlC);
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('ends with Ctrl+D on an empty line', async () => {
    const { type, ended } = await begin();
    type(ctrlD);
    expect(await ended).toMatchObject({ code: 0 });
  });
});

describe('consent in a terminal', () => {
  it('is asked for by rustic lock, and a no changes nothing', async () => {
    const project = await createProject({ turns });
    const no = project.terminal('lock');
    await no.seen('Accept this? [y/N] ');
    no.type('n\r');
    expect(await no.ended).toMatchObject({ code: 5, stdout: expect.stringContaining('RUSTIC_LOCK_CONSENT') });
    expect(() => project.read('rustic.lock')).toThrow('ENOENT');
    const yes = project.terminal('lock');
    await yes.seen('Accept this? [y/N] ');
    yes.type('y\r');
    expect(await yes.ended).toMatchObject({ code: 0 });
    expect(await project.rustic('run', 'hello')).toMatchObject({ code: 0, stdout: 'Hello to you.\n' });
  });
});
