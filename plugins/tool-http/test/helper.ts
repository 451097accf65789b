import { type Json, textOf, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import http from '@rustic-ai/plugin-tool-http';
import workspace from '@rustic-ai/plugin-workspace-local';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Tools {
  readonly kernel: TestKernel;
  path(name: string): string;
  put(name: string, content: string | Uint8Array): Promise<void>;
  get(name: string): Promise<string>;
  run(tool: string, input: Json, options?: { readonly signal?: AbortSignal }): Promise<ToolResult>;
  /** The text a tool gives back. */
  say(tool: string, input: Json): Promise<string>;
}

/** The tools in a real kernel; every ask is answered with yes unless `options` say otherwise. */
export async function openTools(config: Json = {}, options: Partial<TestKernelOptions> = {}): Promise<Tools> {
  const kernel = await createTestKernel({
    plugins: [workspace, [http, config as never]],
    answers: [{ outcome: 'once' }],
    ...options,
  });
  onTestFinished(() => kernel.dispose());
  const path = (name: string) => join(kernel.workspace, name);
  const run: Tools['run'] = (tool, input, more) => kernel.use('tool').get(tool).invoke(input, kernel.call(), more);
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
export async function eventually(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; await new Promise((next) => setTimeout(next, 5)))
    if (holds()) return;
  throw new Error('It did not happen within 5 s.');
}
