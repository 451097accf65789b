import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { describeWorkspace, type WorkspaceSubject, workspaceSuite } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { openWorkspace } from './helper.js';

/** How a broken workspace differs from a good one. */
type Twin = (good: Workspace) => { files?: Partial<WorkspaceFiles>; exec?: Workspace['exec'] };
const subject = (twin: Twin = () => ({})): WorkspaceSubject => ({
  async open() {
    const { workspace, outside, dispose } = await openWorkspace();
    await writeFile(join(outside, 'secret'), 'secret');
    const { files = {}, exec = workspace.exec } = twin(workspace);
    return { workspace: { ...workspace, exec, files: { ...workspace.files, ...files } }, outside, close: dispose };
  },
});

/** One workspace per rule that breaks exactly what the rule is about. */
const twins: Record<string, Twin> = {
  files: ({ files }) => ({ files: { read: (path) => files.read(path) } }),
  replaces: ({ files }) => ({ files: { copy: (from, to) => files.copy(from, to, { overwrite: true }) } }),
  whole: ({ files, root }) => ({
    files: {
      async write(path, data, mode) {
        if (data instanceof Uint8Array) return files.write(path, data, mode);
        for await (const piece of data) await writeFile(join(root, path), piece);
      },
    },
  }),
  contained: ({ root }) => ({ files: { read: (path) => readFile(join(root, path)) } }),
  links: ({ root }) => ({
    files: { remove: async (path) => rm(await realpath(join(root, path)), { recursive: true }) },
  }),
  walks: ({ files }) => ({
    files: {
      walk: (path, visit, signal) =>
        files.walk(path, (folder) => visit({ ...folder, entries: folder.entries.toReversed() }), signal),
    },
  }),
  runs: ({ exec }) => ({ exec: async (command, { stdin: _, ...options }) => exec(command, options) }),
  ends: ({ exec }) => ({
    exec: async (command, options) =>
      exec(command, { ...options, signal: new AbortController().signal, timeLimitMs: 400 }),
  }),
};

describeWorkspace('workspace-local', subject(), { describe, it });

describe('the suite of workspaces', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(workspaceSuite.map(({ id }) => id));
  });
  for (const rule of workspaceSuite)
    it(`notices a workspace that breaks "${rule.id}"`, async () => {
      await expect(Promise.resolve(rule.run(subject(twins[rule.id])))).rejects.toMatchObject({
        name: 'AssertionError',
      });
    });
});
