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
