import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { type Json, textOf, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Tools {
  readonly kernel: TestKernel;
  /** Absolute path of a name in the workspace. */
  path(name: string): string;
  put(name: string, content: string | Uint8Array): Promise<void>;
  get(name: string): Promise<string>;
  run(tool: string, input: Json): Promise<ToolResult>;
  /** The text a tool gives back. */
  say(tool: string, input: Json): Promise<string>;
}

/** The tools on a real folder; every ask is answered with yes unless `options` say otherwise. */
export async function openTools(options: Partial<TestKernelOptions> = {}): Promise<Tools> {
  const kernel = await createTestKernel({
    plugins: [workspace, filesystem],
    answers: [{ outcome: 'once' }],
    ...options,
  });
  onTestFinished(() => kernel.dispose());
  const path = (name: string) => join(kernel.workspace, name);
  const run = (tool: string, input: Json) => kernel.use('tool').get(tool).invoke(input, kernel.call());
  return {
    kernel,
    path,
    put: (name, content) => writeFile(path(name), content),
    get: (name) => readFile(path(name), 'utf8'),
    run,
    say: async (tool, input) => textOf((await run(tool, input)).parts),
  };
}

/** Waits until it holds. Throws: after 5 s. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; await new Promise((next) => setTimeout(next, 5)))
    if (await holds()) return;
  throw new Error('It did not happen within 5 s.');
}

/** Tools whose approver does something before it says yes. */
export const openWith = async (meanwhile: (folder: string) => Promise<unknown>): Promise<Tools> => {
  const manifest = defineManifest({
    id: 'slow-approver',
    requires: { host: { one: 'host' } },
    contributes: { service: { approver: { summary: 'Says yes, later.' } } },
  });
  const approver = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: ({ deps: { host } }) => ({
      service: {
        approver: {
          async ask() {
            await meanwhile(host.folders.cwd);
            return { outcome: 'once' };
          },
        },
      },
    }),
  });
  return openTools({ plugins: [workspace, filesystem, approver], ownApprover: true });
};
