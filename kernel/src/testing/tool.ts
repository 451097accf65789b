import { strict as assert } from 'node:assert';
import { resolve, sep } from 'node:path';
import type { Access, Call, Handle } from '../capability.js';
import { skillReadBy, toolFacts, type ToolResult, touchedBy } from '../contracts/tool.js';
import type { Json } from '../errors.js';
import type { AuditRow } from '../permissions/types.js';
import { frozen } from './frozen.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** One tool inside a kernel whose asks are answered with yes. */
export interface ToolSubject {
  readonly name: string;
  /** The tool as it is at first, as often as asked. */
  open(): Promise<OpenTool>;
  /** An input that succeeds on a tool just opened. */
  readonly good: Json;
  /** An input its schema refuses. */
  readonly bad: Json;
  /** An input that runs until it is cancelled, and reports once it does run. Default: the tool has none. */
  readonly slow?: Json;
}
export interface OpenTool {
  readonly handle: Handle<'tool'>;
  /** Who calls. Default: the holder of the handle. */
  call?(): Call;
  audit(): Promise<readonly AuditRow[]>;
  /** The real folder where its relative paths start. Needed of a tool that says which files it touches. */
  readonly folder?: string;
  close(): Promise<void>;
}
interface Tried extends OpenTool {
  readonly subject: ToolSubject;
  invoke(input: Json): Promise<ToolResult>;
}

/** How long a cancelled call may take to end. Unit: ms. */
const endLimitMs = 2_000;
/** Source: Agent Client Protocol v1, `ToolKind`. */
const kinds = ['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'other'];
const partTypes = ['text', 'image', 'reasoning', 'tool_call', 'tool_result'];

const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<ToolSubject> => ({
  id,
  says,
  async run(subject) {
    const opened = await subject.open();
    const invoke = (input: Json) => opened.handle.invoke(input, opened.call?.());
    try {
      await check({ ...opened, subject, invoke });
    } finally {
      await opened.close();
    }
  },
});
/** What a call that succeeds declares, beside the tool itself. */
async function accessesOf({ handle, subject, invoke, audit }: Tried): Promise<readonly Access[]> {
  await invoke(subject.good);
  const row = (await audit()).findLast(({ operation, name }) => operation === 'tool' && name === handle.name);
  return (row?.accesses ?? []).filter(({ action }) => action !== 'tool');
}
/** What every tool promises, rule by rule. */
export const toolSuite: readonly Rule<ToolSubject>[] = [
  rule('name', 'has a name every model takes', async ({ handle, subject }) => {
    assert.match(handle.name, /^[a-z0-9_]{1,64}$/);
    assert.equal(handle.name, subject.name);
  }),
  rule('summary', 'says what it does', async ({ handle }) => {
    assert.match(handle.declaration.summary, /\S{2,}/);
  }),
  rule('schema', 'takes an object, each property of it described', async ({ handle }) => {
    const schema = handle.declaration.input as { type?: string; properties?: Record<string, { description?: string }> };
    assert.equal(schema?.type, 'object');
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      assert.match(property.description ?? '', /\S{2,}/, `"${name}" has no description`);
    assert.deepEqual(JSON.parse(JSON.stringify(schema)), structuredClone(schema));
  }),
  rule('effects', 'declares its effects', async ({ handle }) => {
    assert.ok(handle.declaration.effects, 'it declares no effects');
  }),
  rule('kind', 'says what it is to an editor in a word that editors know, or nothing', async ({ handle }) => {
    const { kind } = handle.declaration.facts ?? {};
    if (kind !== undefined) assert.ok(kinds.includes(String(kind)), `"${String(kind)}" is no kind of a tool`);
  }),
  rule('input', 'refuses an input that does not fit, before anything is decided', async ({ subject, ...tool }) => {
    const before = (await tool.audit()).length;
    await assert.rejects(tool.invoke(subject.bad), { code: 'RUSTIC_OPERATION_INPUT' });
    assert.equal((await tool.audit()).length, before);
  }),
  rule('result', 'gives parts that are plain JSON', async ({ subject, invoke }) => {
    const result = await invoke(subject.good);
    assert.equal(result.error, undefined);
    assert.ok(result.parts.length > 0, 'it gives no parts');
    for (const part of result.parts) assert.ok(partTypes.includes(part.type), `"${part.type}" is no type of a part`);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
  }),
  rule('access', 'declares what it touches, unless it has no effects', async (tried) => {
    const declared = await accessesOf(tried);
    if (tried.handle.declaration.effects?.kind === 'none') assert.deepEqual(declared, []);
    else assert.ok(declared.length > 0, 'it declares no access');
  }),
  rule('touches', 'touches no files but those its input names, when it says that it names them', async (tried) => {
    const named = touchedBy(tried.handle.declaration, tried.subject.good);
    if (toolFacts(tried.handle.declaration).touches === undefined) return;
    assert.ok(named !== undefined && named.length > 0, 'its input names no file');
    const real = (path: string) => resolve(tried.folder ?? '/', path);
    const isNamed = (file: string) => named.some((path) => `${file}${sep}`.startsWith(`${real(path)}${sep}`));
    const files = (await accessesOf(tried)).filter(({ action }) => action.startsWith('fs.'));
    assert.deepEqual(
      files.map(({ resource }) => resource).filter((file) => !isNamed(file)),
      [],
    );
  }),
  rule('skill', 'names a skill in its input, when it says that it reads one', async ({ handle, subject }) => {
    if (toolFacts(handle.declaration).skill === undefined) return;
    assert.ok(skillReadBy(handle.declaration, subject.good) !== undefined, 'its input names no skill');
  }),
  rule('looks', 'writes no file when it says that it only reads', async (tried) => {
    if (tried.handle.declaration.effects?.kind !== 'read') return;
    const writes = (await accessesOf(tried)).filter(({ action }) => action === 'fs.write');
    assert.deepEqual(writes, []);
  }),
  rule('frozen', 'leaves its input as it was', async ({ subject, invoke }) => {
    const input = frozen(structuredClone(subject.good));
    await invoke(input);
    assert.deepEqual(input, subject.good);
  }),
  rule('repeat', 'gives the same again when it says it is idempotent', async ({ handle, subject, invoke }) => {
    if (!handle.declaration.effects?.idempotent) return;
    assert.deepEqual(await invoke(subject.good), await invoke(subject.good));
  }),
  rule('cancel', 'ends soon after it is cancelled', async ({ handle, subject, call }) => {
    if (subject.slow === undefined) return;
    const controller = new AbortController();
    const started = Promise.withResolvers<void>();
    const running = handle.invoke(subject.slow, call?.(), {
      signal: controller.signal,
      onProgress: () => started.resolve(),
    });
    const ended = running.then(
      () => 'ended',
      () => 'ended',
    );
    assert.equal(await Promise.race([started.promise.then(() => 'running'), ended]), 'running');
    controller.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, endLimitMs, 'still running');
    });
    assert.equal(await Promise.race([ended, late]), 'ended');
    clearTimeout(timer);
  }),
];

/** Registers the suite for one tool. */
export const describeTool = (subject: ToolSubject, runner: Runner): void =>
  describeSuite(`tool ${subject.name}`, toolSuite, subject, runner);
