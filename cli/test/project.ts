import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Message, Part, RunEvent, RunResult, SessionEntry, SessionInfo } from '@rustic-ai/kernel/contracts';
import Database from 'better-sqlite3';
import { Compile } from 'typebox/compile';
import { afterAll, expect } from 'vitest';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'cli/bin/rustic.js');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
/** A process under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when the text was written since the last `seen`; fails when the process ends without it. */
  seen(text: string): Promise<void>;
  /** Everything written so far. */
  shown(): string;
  type(text: string): void;
}
/** A plugin written into the project's `node_modules`, as npm would have put it there. */
export interface WrittenPlugin {
  readonly name: string;
  readonly manifest: object;
  /** The body of `dist/index.js`. Default: a setup that returns nothing. */
  readonly code?: string;
}
export interface ProjectOptions {
  /** The whole composition; a string is written as it is, `false` writes none. Default: the official plugins and those of `written`. */
  readonly composition?: unknown;
  /** What the scripted model plays: the turns of a scenario. */
  readonly turns?: readonly object[];
  readonly written?: readonly WrittenPlugin[];
  /** Answers of `policy-answers`, which is then bound as the approver. */
  readonly answers?: readonly object[];
  readonly rules?: readonly object[];
  /** The provider in the composition, and the model of it that is bound. Default: the scripted one. */
  readonly model?: { readonly provider: readonly [string, object]; readonly name: string };
  /** Beside the few variables every process here has. */
  readonly env?: NodeJS.ProcessEnv;
  /** Make the lock. Default: false. */
  readonly locked?: boolean;
  /** What its folder is called. Default: `project`. */
  readonly folder?: string;
  /** Have the official plugins in `node_modules`. Default: true. */
  readonly modules?: boolean;
}

const official = [
  'agent-loop',
  'session-log',
  'storage-sqlite',
  'workspace-local',
  'tool-filesystem',
  'tool-shell',
  'frontend-terminal',
].map((id) => `@rustic-ai/plugin-${id}`);

/** The composition a project has unless it says otherwise. */
export const compositionOf = ({ turns, written = [], answers, rules = [], model }: ProjectOptions) => ({
  plugins: [
    model?.provider ?? ['@rustic-ai/plugin-provider-scripted', turns ? { scenario: 'scenario.json' } : {}],
    ...official,
    ...(answers ? [['@rustic-ai/plugin-policy-answers', { answers }]] : []),
    ...written.map(({ name }) => name),
  ],
  bind: { ...(answers && { approver: 'policy-answers' }), ...(model && { model: model.name }) },
  permissions: { rules },
});

const folders: string[] = [];
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-cli-')));
  folders.push(folder);
  return folder;
}

interface TrustRecord {
  readonly seen: Readonly<Record<string, object>>;
}
/** Locks of this file's compositions: each is made once, by the program itself, and is the same in any folder. */
const locks = new Map<string, { readonly lock: string; readonly record: TrustRecord }>();
/** What a machine knows of a folder whose lock was made in another one: only its input looks different. */
function trustFor(folder: string, record: TrustRecord): string {
  const { size, mtimeNs, ctimeNs, ino } = statSync(join(folder, 'rustic.json'), { bigint: true });
  const look = { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}`, atMs: Date.now() };
  const seen = { 'rustic.json': { ...record.seen['rustic.json'], ...look } };
  return JSON.stringify({ folders: { [folder]: { ...record, seen } } });
}

/** A folder like a user's, with a home of its own. Removed after the tests of the file. */
export async function createProject(options: ProjectOptions = {}) {
  const { composition = compositionOf(options), turns, written = [], locked = false, modules = true } = options;
  const base = temporaryFolder();
  const folder = join(base, options.folder ?? 'project');
  const home = join(base, 'home');
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home,
    RUSTIC_HOME: join(home, 'rustic'),
    TERM: 'dumb',
    ...options.env,
  };
  const write = (path: string, content: unknown) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  };
  const install = ({ name, manifest, code = 'export default { setup: () => ({}) };' }: WrittenPlugin) => {
    const exports = { '.': './dist/index.js' };
    const rustic = { manifest: { apiVersion: 1, ...manifest } };
    write(`node_modules/${name}/package.json`, { name, version: '1.0.0', type: 'module', exports, rustic });
    write(`node_modules/${name}/dist/index.js`, code);
  };
  /** Starts `rustic` with pipes. */
  const start = (
    args: readonly string[],
    more: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly bin?: string } = {},
  ) =>
    follow(
      spawn(process.execPath, [more.bin ?? bin, ...args], { cwd: more.cwd ?? folder, env: { ...env, ...more.env } }),
    );
  const project = {
    folder,
    home,
    env,
    write,
    install,
    start,
    read: (path: string) => readFileSync(join(folder, path), 'utf8'),
    /** Runs `rustic` to its end, without a terminal and with nothing on standard input. */
    rustic: (...args: string[]) => project.piped('', ...args),
    piped(stdin: string, ...args: string[]): Promise<Ran> {
      const { child, ended } = start(args);
      child.stdin?.end(stdin);
      return ended;
    },
    /** Runs `rustic` in a pseudo-terminal; everything it shows counts as stdout. */
    terminal: (...args: string[]) => {
      const command = [process.execPath, bin, ...args].map((arg) => `'${arg.replaceAll("'", String.raw`'\''`)}'`);
      const driver = ['-qfec', command.join(' '), '/dev/null'];
      return follow(spawn('script', driver, { cwd: folder, env: { ...env, SHELL: '/bin/sh' } }));
    },
  };
  mkdirSync(folder, { recursive: true });
  mkdirSync(home);
  if (modules) {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['@rustic-ai', 'rustic-plugin-tool-template'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  if (composition !== false) write('rustic.json', composition);
  if (turns) write('scenario.json', { turns });
  written.forEach(install);
  const trustFile = join(home, 'rustic/state/trust.json');
  const key = JSON.stringify([composition, written, modules, options.env]);
  const known = locked && env['RUSTIC_HOME'] === join(home, 'rustic') ? locks.get(key) : undefined;
  if (known) {
    write('rustic.lock', known.lock);
    mkdirSync(dirname(trustFile), { recursive: true, mode: 0o700 });
    writeFileSync(trustFile, trustFor(folder, known.record), { mode: 0o600 });
  } else if (locked) {
    const { code, stderr } = await project.rustic('lock', '--accept');
    if (code !== 0) throw new Error(`the lock could not be made:\n${stderr}`);
    // One with folders of its own is trusted there, and shares nothing.
    if (!existsSync(trustFile)) return project;
    const { folders } = JSON.parse(readFileSync(trustFile, 'utf8')) as { folders: Record<string, TrustRecord> };
    const record = folders[folder];
    if (record) locks.set(key, { lock: project.read('rustic.lock'), record });
  }
  return project;
}
export type Project = Awaited<ReturnType<typeof createProject>>;

/** Collects what a process writes. */
export function follow(child: ChildProcess): Running {
  const written = { stdout: '', stderr: '' };
  let all = '';
  let from = 0;
  let over = false;
  children.add(child);
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      all += text;
      for (const watch of watchers) watch();
    });
  child.stdin?.on('error', () => {});
  const ended = new Promise<Ran>((resolve) =>
    child.once('close', (code) => {
      over = true;
      children.delete(child);
      for (const watch of watchers) watch();
      resolve({ code, ...written });
    }),
  );
  const seen = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        const at = all.indexOf(text, from);
        if (at < 0 && !over) return;
        watchers.delete(watch);
        if (at < 0) return reject(new Error(`It ended without ${JSON.stringify(text)}:\n${all}`));
        from = at + text.length;
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  return { child, ended, seen, shown: () => all, type: (text) => void child.stdin?.write(text) };
}

/** Works on the database of a project by hand, as somebody would who may write the file. */
export function byHand<T>({ home }: Pick<Project, 'home'>, work: (db: Database.Database) => T): T {
  const db = new Database(join(home, 'rustic/data/rustic.db'));
  try {
    for (const change of ['update', 'delete']) db.exec(`drop trigger if exists audit_no_${change}`);
    return work(db);
  } finally {
    db.close();
  }
}

type Result = Extract<Part, { type: 'tool_result' }>;

/** The last session of a project, as another process reads it from disk. */
export async function lastSession(project: Project) {
  const { stdout } = await project.rustic('session', 'show', '--json');
  const { session, entries } = JSON.parse(stdout) as { session: SessionInfo; entries: readonly SessionEntry[] };
  const messages = entries.filter(({ type }) => type === 'message').map(({ body }) => body as unknown as Message);
  return { session, entries, messages };
}
/** What the tool calls of the last session came to, in order. */
export async function resultsOf(project: Project): Promise<readonly Result[]> {
  const { messages } = await lastSession(project);
  return messages.flatMap(({ parts }) => parts).filter((part) => part.type === 'tool_result');
}

/** A published schema that also refuses what it does not name, so that nothing is printed that it does not tell of. */
export function closedSchema(name: string) {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    const closed = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, close(inner)]));
    return closed['type'] === 'object' && 'properties' in closed ? { ...closed, unevaluatedProperties: false } : closed;
  };
  const text = readFileSync(join(root, 'cli/schemas', name), 'utf8');
  return Compile(close(JSON.parse(text)) as object);
}
const schemas = { event: closedSchema('run-event-1.json'), result: closedSchema('run-result-1.json') };
function fitting(text: string, as: keyof typeof schemas): unknown {
  const value: unknown = JSON.parse(text);
  if (schemas[as].Check(value)) return value;
  throw new Error(`${text.slice(0, 1_000)}\n${JSON.stringify(schemas[as].Errors(value), null, 2)}`);
}

/** The events of a run as lines of JSON: each fits the schema, they are counted without a gap, the last one ends it. */
export function eventsOf(stdout: string): readonly RunEvent[] {
  expect(stdout.endsWith('\n'), 'the last line is whole').toBe(true);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => fitting(line, 'event') as RunEvent);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.flatMap(({ type }, index) => (type === 'run.completed' ? [index] : []))).toEqual([events.length - 1]);
  return events;
}
/** The last event of a run. */
export function completedOf(stdout: string) {
  const last = eventsOf(stdout).at(-1);
  if (last?.type !== 'run.completed') throw new Error('it did not end');
  return last;
}
/** The one object of a run with `--json`: it fits the schema and is all there is. */
export function resultOf(stdout: string): RunResult {
  expect(stdout.endsWith('\n')).toBe(true);
  return fitting(stdout, 'result') as RunResult;
}
