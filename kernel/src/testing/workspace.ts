import { strict as assert } from 'node:assert';
import type { Workspace, WorkspaceFiles } from '../contracts/workspace.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** A workspace of its own, empty, for each rule. */
export interface WorkspaceSubject {
  open(): Promise<OpenWorkspace>;
}
export interface OpenWorkspace {
  readonly workspace: Workspace;
  /** A folder beside the workspace, as an absolute path, with one file `secret` in it that holds `secret`. */
  readonly outside: string;
  close(): Promise<void>;
}

const rule = (id: string, says: string, check: (opened: OpenWorkspace) => Promise<void>): Rule<WorkspaceSubject> => ({
  id,
  says,
  async run(subject) {
    const opened = await subject.open();
    try {
      await check(opened);
    } finally {
      await opened.close();
    }
  },
});
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (data: Uint8Array) => new TextDecoder().decode(data);
const fresh = { overwrite: false, atomic: true } as const;
const anew = { overwrite: true, atomic: true } as const;
const isCoded =
  (...codes: readonly string[]) =>
  ({ code }: { code?: string }) =>
    codes.includes(code ?? '');
const outsideCodes = isCoded('RUSTIC_FS_OUTSIDE', 'RUSTIC_FS_CHANGED');
const limits = () => ({ timeLimitMs: 10_000, maxBytes: 1_000, signal: new AbortController().signal });

/** Everything a walk comes by, with what files hold. */
async function walked(files: WorkspaceFiles, path = '.'): Promise<readonly string[]> {
  const seen: string[] = [];
  await files.walk(
    path,
    (folder) => {
      const asked = folder.entries.filter(({ type }) => type === 'file');
      const at = (name: string) => (folder.path ? `${folder.path}/${name}` : name);
      for (const { name, type } of folder.entries) seen.push(`${at(name)} ${type}`);
      const read = async () => {
        const contents = await folder.readAll(asked, { maxBytes: 100 });
        for (const [index, content] of contents.entries())
          seen.push(`${at(asked[index]?.name ?? '')}=${typeof content === 'object' ? textOf(content) : content}`);
      };
      return { into: folder.entries.flatMap(({ name, type }) => (type === 'file' ? [] : [name])), until: read() };
    },
    new AbortController().signal,
  );
  return seen;
}

/** What every workspace promises, rule by rule. */
export const workspaceSuite: readonly Rule<WorkspaceSubject>[] = [
  rule('files', 'gives back what was written, whole and in parts, and makes the folders above it', async (opened) => {
    const { files } = opened.workspace;
    await files.write('new/deep/a', bytes('0123456789'), fresh);
    assert.equal(textOf(await files.read('new/deep/a')), '0123456789');
    assert.equal(textOf(await files.read('new/deep/a', { offset: 8, length: 9 })), '89');
    assert.deepEqual((await files.info('new/deep')).type, 'directory');
    await assert.rejects(files.read('gone'), isCoded('RUSTIC_FS_MISSING'));
    await assert.rejects(files.read('new'), isCoded('RUSTIC_FS_NOT_A_FILE'));
  }),
  rule('replaces', 'replaces nothing unless it is told to', async ({ workspace: { files } }) => {
    await files.write('a', bytes('a'), fresh);
    await files.write('b', bytes('b'), fresh);
    const exists = isCoded('RUSTIC_FS_EXISTS');
    await assert.rejects(files.write('a', bytes('new'), fresh), exists);
    await assert.rejects(files.copy('b', 'a', { overwrite: false }), exists);
    await assert.rejects(files.move('b', 'a'), exists);
    await assert.rejects(files.makeLink('a', 'b'), exists);
    assert.equal(textOf(await files.read('a')), 'a');
    await files.write('a', bytes('new'), anew);
    assert.equal(textOf(await files.read('a')), 'new');
  }),
  rule('whole', 'leaves a file as it was when what is written fails half-way', async ({ workspace: { files } }) => {
    await files.write('a', bytes('old'), fresh);
    const half = (async function* () {
      yield bytes('half');
      throw new Error('cut');
    })();
    await assert.rejects(files.write('a', half, anew));
    assert.equal(textOf(await files.read('a')), 'old');
    const names = await Array.fromAsync(files.list('.'), ({ name }) => name);
    assert.deepEqual(names, ['a']);
  }),
  rule('contained', 'touches nothing outside, by whatever way', async ({ workspace: { files }, outside }) => {
    await files.makeLink('way', outside);
    await files.write('mine', bytes('mine'), fresh);
    for (const path of [`${outside}/secret`, 'way/secret', `way/../../${outside}/secret`]) {
      await assert.rejects(files.read(path), outsideCodes, `reads ${path}`);
      await assert.rejects(files.write(path, bytes('x'), anew), outsideCodes, `writes ${path}`);
      await assert.rejects(files.remove(path, { recursive: false }), outsideCodes, `removes ${path}`);
      await assert.rejects(files.copy(path, 'copy', { overwrite: true }), outsideCodes, `copies ${path}`);
      await assert.rejects(files.move('mine', path), outsideCodes, `moves to ${path}`);
    }
    await assert.rejects(Array.fromAsync(files.list('way')), outsideCodes);
    await assert.rejects(walked(files, 'way'), outsideCodes);
    assert.ok(!(await walked(files)).some((line) => line.includes('secret')));
  }),
  rule('links', 'acts on a link itself when it moves or removes one', async ({ workspace: { files } }) => {
    await files.write('d/a', bytes('a'), fresh);
    await files.makeLink('link', 'd');
    assert.equal((await files.info('link')).target, 'd');
    await files.move('link', 'other');
    await files.remove('other', { recursive: true });
    const left = await files.info('d/a').catch(() => undefined);
    assert.equal(left?.type, 'file');
  }),
  rule('walks', 'walks through folders in order, follows no link, and reads many files', async (opened) => {
    const { files } = opened.workspace;
    await files.write('b/c', bytes('c'), fresh);
    await files.write('a', bytes('a'), fresh);
    await files.write('b/long', bytes('x'.repeat(101)), fresh);
    await files.makeLink('link', 'b');
    const lines = await walked(files);
    assert.deepEqual(
      lines.filter((line) => !line.includes('=')),
      ['a file', 'b directory', 'link link', 'b/c file', 'b/long file'],
    );
    const read = lines.filter((line) => line.includes('=')).toSorted();
    assert.deepEqual(read, ['a=a', 'b/c=c', 'b/long=too large']);
  }),
  rule('runs', 'runs a command in its folder, and tells how it ended', async ({ workspace }) => {
    await workspace.files.write('here', bytes(''), fresh);
    const ran = await workspace.exec({ line: 'ls; cat; echo wrong >&2; exit 3' }, { ...limits(), stdin: 'in\n' });
    const { exitCode, stdout, stderr, timedOut } = ran;
    assert.deepEqual(
      { exitCode, stdout, stderr, timedOut },
      {
        exitCode: 3,
        stdout: 'here\nin\n',
        stderr: 'wrong\n',
        timedOut: false,
      },
    );
    const argv = await workspace.exec({ argv: ['printf', '%s', '$HOME; `x`'] }, limits());
    assert.equal(argv.stdout, '$HOME; `x`');
  }),
  rule('ends', 'ends a command at its time limit, and when it is cancelled', async ({ workspace }) => {
    const late = await workspace.exec({ line: 'sleep 30 & sleep 30' }, { ...limits(), timeLimitMs: 200 });
    assert.equal(late.timedOut, true);
    const reason = new Error('enough');
    const controller = new AbortController();
    const running = workspace.exec(
      { line: 'echo up; sleep 30' },
      { ...limits(), signal: controller.signal, onOutput: () => controller.abort(reason) },
    );
    await assert.rejects(running, (error) => error === reason);
  }),
];

/** Registers the suite for one kind of workspace. */
export const describeWorkspace = (name: string, subject: WorkspaceSubject, runner: Runner): void =>
  describeSuite(`workspace ${name}`, workspaceSuite, subject, runner);
