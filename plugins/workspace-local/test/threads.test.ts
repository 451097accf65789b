import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { WantedContent, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bytes, openWorkspace, say, signal, swap } from './helper.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
/** Folders of a hundred files each, which hold their own path. */
function fill(root: string, folders: number) {
  for (const folder of numbers(folders)) {
    mkdirSync(join(root, `d${folder}`));
    for (const file of numbers(100)) writeFileSync(join(root, `d${folder}/f${file}`), `d${folder}/f${file}`);
  }
}
/** What every file of every folder holds, asked for without waiting. */
async function readTree(files: WorkspaceFiles, wanted: WantedContent) {
  const all = new Map<string, string | undefined>();
  await files.walk(
    '.',
    ({ path, entries, readAll }) => {
      const asked = entries.filter(({ type }) => type === 'file');
      const read = async () => {
        for (const [at, content] of (await readAll(asked, wanted)).entries())
          all.set(`${path}/${asked[at]?.name}`, say(content));
      };
      return { into: entries.flatMap(({ name, type }) => (type === 'directory' ? [name] : [])), until: read() };
    },
    signal,
  );
  return all;
}
/** The threads that this one starts from now on, as long as the test goes on. */
function threadsStarted(): { worker: Worker; ended: boolean }[] {
  const started: { worker: Worker; ended: boolean }[] = [];
  const note = (worker: Worker) => {
    const one = { worker, ended: false };
    started.push(one);
    worker.once('exit', () => (one.ended = true));
  };
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  return started;
}
const folders = 60;
let many = '';
beforeAll(async () => {
  many = await mkdtemp(join(tmpdir(), 'rustic-many-'));
  fill(many, folders);
});
afterAll(() => rm(many, { recursive: true, force: true }));
const filesOfMany = async () => (await openWorkspace()).workspace.beside(many);

describe('a walk through many files', () => {
  it('reads them in several threads, which end with it', async () => {
    await writeFile(join(many, 'd59/f0'), 'x'.repeat(200_000));
    await writeFile(join(many, 'd59/f1'), 'y'.repeat(100_000));
    const started = threadsStarted();
    const all = await readTree(await filesOfMany(), { maxBytes: 100_000 });
    expect(started.length).toBeGreaterThan(0);
    expect(started.every(({ ended }) => ended)).toBe(true);
    expect(all.get('d59/f0')).toBe('too large');
    expect(all.get('d59/f1')).toBe('y'.repeat(100_000));
    expect(all.size).toBe(folders * 100);
    const others = [...all].filter(([path, text]) => path !== text).map(([path]) => path);
    expect(others.toSorted()).toEqual(['d59/f0', 'd59/f1']);
    for (const name of ['d59/f0', 'd59/f1']) await writeFile(join(many, name), name);
  });

  it.each([['bytes', bytes('f99')] as const, ['an expression', /[fF]99/] as const])(
    'gives back only what holds %s, and what is kept in UTF-16',
    async (_, holding) => {
      await writeFile(join(many, 'd0/f0'), new Uint8Array([0xff, 0xfe, 0x66, 0]));
      await writeFile(join(many, 'd59/f0'), new Uint8Array([0xfe, 0xff, 0, 0x66]));
      const all = await readTree(await filesOfMany(), { maxBytes: 1_000, holding });
      const given = [...all].filter(([, text]) => text !== undefined).map(([path]) => path);
      const wanted = [...numbers(folders).map((at) => `d${at}/f99`), 'd0/f0', 'd59/f0'];
      expect(given.toSorted()).toEqual(wanted.toSorted());
      for (const name of ['d0/f0', 'd59/f0']) await writeFile(join(many, name), name);
    },
  );

  it('starts no thread for a few files', async () => {
    const { workspace, root } = await openWorkspace();
    fill(root, 20);
    const started = threadsStarted();
    expect((await readTree(workspace.files, { maxBytes: 100 })).size).toBe(2_000);
    expect(started).toEqual([]);
  });

  it('reads on when its threads fail', async () => {
    const files = await filesOfMany();
    const started = threadsStarted();
    const stop = (worker: Worker) => void worker.terminate();
    process.on('worker', stop);
    onTestFinished(() => void process.off('worker', stop));
    const all = await readTree(files, { maxBytes: 100 });
    expect(started.length).toBeGreaterThan(0);
    expect([...all].filter(([path, text]) => path !== text)).toEqual([]);
  });

  it('ends its threads when it is cancelled, or a reading fails', async () => {
    const files = await filesOfMany();
    const started = threadsStarted();
    const controller = new AbortController();
    const visit = (fail: () => Promise<unknown>) => {
      let asked = 0;
      return files.walk(
        '.',
        ({ entries, readAll }) => {
          const wanted = entries.filter(({ type }) => type === 'file');
          const reading = Promise.resolve(readAll(wanted, { maxBytes: 100 }));
          const until = ++asked === 50 ? reading.then(fail) : reading;
          return { into: entries.flatMap(({ name, type }) => (type === 'directory' ? [name] : [])), until };
        },
        controller.signal,
      );
    };
    await expect(visit(() => Promise.reject(new Error('no more')))).rejects.toThrow(/^no more$/);
    await expect(visit(async () => controller.abort(new Error('enough')))).rejects.toThrow(/^enough$/);
    expect(started.length).toBeGreaterThan(1);
    expect(started.every(({ ended }) => ended)).toBe(true);
  });
});

describe('while a folder of many is swapped for a link ten thousand times', () => {
  it('no thread reads anything outside', { timeout: 60_000 }, async () => {
    const { workspace, root, outside } = await openWorkspace();
    const files = await workspace.beside(many);
    const [folder, kept, link] = [join(many, 'd55'), join(root, 'kept'), join(root, 'link')];
    for (const file of numbers(100)) await writeFile(join(outside, `f${file}`), 'secret');
    await symlink(outside, link);
    const started = threadsStarted();
    const swapping = swap(folder, kept, link);
    const seen = new Set<string | undefined>();
    let read = 0;
    for (let turn = 0; swapping.isBusy() || turn < 10; turn++) {
      const all = await readTree(files, { maxBytes: 100 });
      for (const [path, text] of all) if (path !== text) seen.add(text);
      if (all.has('d55/f0')) read++;
    }
    expect(await swapping.ended).toBe(0);
    expect([...seen]).toEqual([]);
    expect(read).toBeGreaterThan(0);
    expect(started.length).toBeGreaterThan(5);
  });
});
