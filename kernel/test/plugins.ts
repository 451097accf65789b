import {
  type AnyPlugin,
  apiVersion,
  type Declaration,
  type Hooks,
  type Implementation,
  kernelErrors,
  createErrors,
  type Manifest,
  type Operations,
  type SetupContext,
  type Tap,
  type TapOrder,
} from '@rustic-ai/kernel';
import { type Composition, makeLock } from '@rustic-ai/kernel/compose';
import { standard, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@rustic-ai/kernel/testing';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

type HookId = keyof Hooks | `${keyof Operations & string}.${'call' | 'run' | 'result' | 'called'}`;
/** Taps by hook: a function, or its order and the function. */
export type Taps = { readonly [Id in HookId]?: Tap<Id> | readonly [TapOrder, Tap<Id>] };
/** A tool, by what differs from one that reads nothing and answers with its name. */
export interface ToolSketch extends Partial<Declaration>, Partial<Implementation<'tool'>> {}

const reading = { kind: 'read', idempotent: true, openWorld: false } as const;

/** A plugin from a manifest as data and a setup whose types are not checked against it. */
export const plugin = (
  manifest: Omit<Manifest, 'apiVersion'> & { readonly apiVersion?: number },
  setup: (context: SetupContext) => unknown = () => ({}),
): AnyPlugin => ({ manifest: async () => ({ default: { apiVersion, ...manifest } }), setup });

/** A plugin that only taps hooks. */
export function tapping(id: string, taps: Taps, more: Partial<Manifest> = {}): AnyPlugin {
  const entries = Object.entries(taps) as [string, unknown][];
  const order = ([hook, tap]: [string, unknown]) => [hook, Array.isArray(tap) ? (tap[0] as TapOrder) : {}] as const;
  const run = ([hook, tap]: [string, unknown]) => [hook, Array.isArray(tap) ? tap[1] : tap] as const;
  return plugin({ id, ...more, contributes: { hook: Object.fromEntries(entries.map(order)) } }, () => ({
    hook: Object.fromEntries(entries.map(run)),
  }));
}

/** A plugin that contributes tools, granted everything their accesses may name. */
export function toolbox(id: string, tools: Readonly<Record<string, ToolSketch>>, more: Partial<Manifest> = {}) {
  const names = Object.keys(tools);
  const declare = ({ summary = 'A tool', input, effects, baskets, facts }: ToolSketch): Declaration => ({
    summary,
    ...(input && { input }),
    effects: effects ?? reading,
    ...(baskets && { baskets }),
    ...(facts && { facts }),
  });
  const implement = (name: string, { access, preview, run }: ToolSketch): Implementation<'tool'> => ({
    ...(access && { access }),
    ...(preview && { preview }),
    run: run ?? (() => said(name)),
  });
  const actions = ['fs.read', 'fs.write', 'exec', 'net', 'ssh', 'mcp', 'secret', 'env'];
  const everything = (action: string) => (action.startsWith('fs.') ? '/**' : '**');
  const permissions = actions.map((action) => ({ action, match: everything(action), reason: 'the test' }));
  const contributes = { tool: Object.fromEntries(names.map((name) => [name, declare(tools[name] as ToolSketch)])) };
  return plugin({ id, permissions, contributes, ...more }, () => ({
    tool: Object.fromEntries(names.map((name) => [name, implement(name, tools[name] as ToolSketch)])),
  }));
}

/** A test kernel that is disposed when the test ends. */
export async function open(options: TestKernelOptions): Promise<TestKernel> {
  const kernel = await createTestKernel(options);
  onTestFinished(() => kernel.dispose());
  return kernel;
}

export const said = (text: string): ToolResult => ({ parts: [{ type: 'text', text }] });
/** An error of the kernel's table, to compare with. */
export const expected = createErrors(kernelErrors);
/** What a promise rejects with, as code and details. */
export const refusal = (work: Promise<unknown>): Promise<{ code: string; details: unknown } | undefined> =>
  work.then(
    () => undefined,
    (error: { code: string; details: unknown }) => ({ code: error.code, details: error.details }),
  );

/** A folder that is removed when the test ends. */
export async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'rustic-test-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
/** A plugin as npm installs it: its tool `it` says `text`; its manifest module must never be imported. */
export interface Installed extends Partial<Manifest> {
  readonly package?: string;
  readonly version?: string;
  readonly text?: string;
  readonly code?: string;
  /** Where below the folder. Default: `node_modules/<package>`. */
  readonly at?: string;
}
/** Writes an installed plugin below a folder and returns its own folder. */
export async function install(root: string, installed: Installed): Promise<string> {
  const { package: name = 'rustic-plugin-tool-it', version = '1.2.3', text = 'it', code, at, ...manifest } = installed;
  const own = join(root, at ?? join('node_modules', name));
  const contributes = { tool: { it: { summary: 'It', input: { type: 'object' }, effects: reading } } };
  const tool = `{ run: () => ({ parts: [{ type: 'text', text: ${JSON.stringify(text)} }] }) }`;
  const entry = `export default { manifest: () => import('./manifest.js'), setup: () => ({ tool: { it: ${tool} } }) };\n`;
  const rustic = { manifest: { apiVersion, id: 'tool-it', contributes, ...manifest } };
  const json = { name, version, type: 'module', exports: { '.': { default: './dist/index.js' } }, rustic };
  await mkdir(join(own, 'dist'), { recursive: true });
  await writeFile(join(own, 'package.json'), `${JSON.stringify(json, null, 2)}\n`);
  await writeFile(join(own, 'dist', 'index.js'), code ?? entry);
  await writeFile(join(own, 'dist', 'manifest.js'), "throw new Error('the manifest was imported');\n");
  return own;
}
/** The lock of packages installed in a folder. */
export const lockOf = (
  root: string,
  packages: readonly string[] = ['rustic-plugin-tool-it'],
  more: Partial<Composition> = {},
) =>
  makeLock({
    folder: root,
    composition: { plugins: packages.map((name) => ({ package: name, options: {} })), bind: {}, rules: [], ...more },
    inputs: [],
    contracts: standard,
  });
