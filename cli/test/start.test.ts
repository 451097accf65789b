import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, type Project, type WrittenPlugin } from './project.js';

const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } };
const never = "throw new Error('it was imported');";
/** A frontend that calls one tool, which stands on one store. */
const used: readonly WrittenPlugin[] = [
  {
    name: 'used-front',
    manifest: {
      id: 'used-front',
      requires: { tools: { all: 'tool' } },
      contributes: { service: { frontend: { summary: 'It' } } },
    },
    code: `export default { setup: ({ deps }) => ({ service: { frontend: { async run(request, call) {
      const { parts } = await deps.tools.get('used').invoke({}, call);
      process.stdout.write(parts[0].text + '\\n');
      return { exitCode: 0 };
    } } } }) };`,
  },
  {
    name: 'used-tool',
    manifest: {
      id: 'used-tool',
      requires: { store: { one: 'session.store' } },
      contributes: { tool: { used: summary } },
    },
    code: `export default { setup: ({ deps }) => ({ tool: { used: { run: () => ({ parts: [{ type: 'text', text: deps.store.text }] }) } } }) };`,
  },
  {
    name: 'used-store',
    manifest: { id: 'used-store', contributes: { service: { 'session.store': { summary: 'It' } } } },
    code: `export default { setup: () => ({ service: { 'session.store': { text: 'stored' } } }) };`,
  },
];
const idle = Array.from({ length: 27 }, (_, index): WrittenPlugin => ({
  name: `idle-${index}`,
  manifest: { id: `idle-${index}`, contributes: { tool: { [`idle_${index}`]: summary } } },
  code: never,
}));
const written = [...idle.slice(0, 13), ...used, ...idle.slice(13)];
const thirty = () =>
  createProject({ written, composition: { plugins: written.map(({ name }) => name) }, locked: true });

interface Seen {
  readonly modules: readonly string[];
  readonly calls: readonly string[];
}
/** Runs `rustic` and says what it loaded and which files it asked for. */
async function watched(project: Project, ...args: string[]) {
  const log = join(project.home, 'watched.json');
  const hook = new URL('watch.mjs', import.meta.url).href;
  const { child, ended } = project.start(args, { env: { NODE_OPTIONS: `--import=${hook}`, WATCH_LOG: log } });
  child.stdin?.end();
  const ran = await ended;
  return { ...ran, ...(JSON.parse(readFileSync(log, 'utf8')) as Seen) };
}
const trustFile = (project: Project) => join(project.home, 'rustic/state/trust.json');
interface Look {
  size: string;
  mtimeNs: string;
  ctimeNs: string;
  ino: string;
  atMs: number;
}
/** Changes what this machine remembers of the input of a project's lock. */
function remember(project: Project, change: (look: Look) => Partial<Look>): void {
  const file = trustFile(project);
  const record = JSON.parse(readFileSync(file, 'utf8')) as {
    folders: Record<string, { seen: Record<string, Look> }>;
  };
  const seen = record.folders[project.folder]?.seen ?? {};
  const look = seen['rustic.json'] as Look;
  seen['rustic.json'] = { ...look, ...change(look) };
  writeFileSync(file, JSON.stringify(record));
}
/** As if it had been looked at some time after it was written. Unit: ms. */
const lookedAt = (afterMs: number) => (look: Look) => ({
  atMs: Math.max(Number(look.mtimeNs), Number(look.ctimeNs)) / 1e6 + afterMs,
});
const looksLike = (path: string): Partial<Look> => {
  const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
  return { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` };
};

describe('a start of thirty plugins of which three are used', () => {
  it('imports exactly those three, and asks for exactly the files it needs', async () => {
    const project = await thirty();
    remember(project, lookedAt(3_000));
    const { code, stdout, stderr, modules, calls } = await watched(project, 'run', 'hi');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'stored\n', stderr: '' });
    const { folder } = project;
    const below = (paths: readonly string[]) => paths.filter((path) => path.includes(folder));
    const packages = ['used-front', 'used-tool', 'used-store'].map((name) => join(folder, 'node_modules', name));
    expect(below(modules)).toEqual(packages.map((path) => join(path, 'dist/index.js')));
    const formats = ['json', 'toml', 'yaml', 'yml'];
    const sought = (stem: string) => formats.map((ending) => `exists ${stem}.${ending}`);
    const where = [`realpath ${folder}`, `stat ${folder}`, ...sought(`${folder}/rustic`)];
    const lock = [`readFile ${folder}/rustic.lock`, `readFile ${trustFile(project)}`, `stat ${folder}/rustic.json`];
    const layers = [`${folder}/rustic.local`, `${project.home}/rustic/config/rustic`].flatMap((stem) => [
      ...sought(stem),
      `readFile ${stem}.json`,
    ]);
    const compiled = `${project.home}/rustic/rustic-ai/code`;
    expect(calls).toContain(`mkdir ${compiled}`);
    const start = [...where, ...lock, ...layers];
    const own = calls.filter(
      (call) => (call.includes(folder) || call.includes(project.home)) && !call.includes(compiled),
    );
    expect(own.slice(0, start.length)).toEqual(start);
    // The gate makes its two roots real before it matches against them.
    const roots = [folder, project.home];
    const used = new Set(own.slice(start.length).map((call) => call.slice(call.indexOf(' ') + 1)));
    const opened = packages.flatMap((path) => [join(path, 'dist/index.js'), join(path, 'package.json')]);
    expect([...used].filter((path) => !roots.includes(path)).toSorted()).toEqual(opened.toSorted());
  });

  it('reads the input of its lock where it looks other than it did, and only then', async () => {
    const project = await thirty();
    const reads = async () => {
      const { code, calls } = await watched(project, 'run', 'hi');
      return { code, read: calls.includes(`readFile ${project.folder}/rustic.json`) };
    };
    remember(project, lookedAt(3_000));
    expect(await reads()).toEqual({ code: 0, read: false });
    for (const change of [{ size: '1' }, { mtimeNs: '1' }, { ctimeNs: '1' }, { ino: '1' }, { digest: 'x' }]) {
      remember(project, (look) => ({ ...lookedAt(3_000)(look), ...change }));
      expect(await reads(), JSON.stringify(change)).toEqual({ code: 0, read: true });
      remember(project, lookedAt(3_000));
      expect(await reads(), `after ${JSON.stringify(change)}`).toEqual({ code: 0, read: false });
    }
  });

  it('keeps reading an input for two seconds after it was written, when another write may not show', async () => {
    const project = await thirty();
    const read = async () =>
      (await watched(project, 'run', 'hi')).calls.includes(`readFile ${project.folder}/rustic.json`);
    for (const afterMs of [-60_000, 0, 1_900]) {
      remember(project, lookedAt(afterMs));
      expect(await read(), `looked at after ${afterMs} ms`).toBe(true);
    }
  });
});

describe('an input that changed', () => {
  const stale = { code: 3, stdout: '', stderr: expect.stringContaining('RUSTIC_LOCK_STALE: rustic.json changed') };
  /** The same length, other content. */
  const edit = (project: Project) =>
    project.write('rustic.json', project.read('rustic.json').replace('idle-0', 'idle-1'));

  it('is noticed although its length is the same', async () => {
    const project = await thirty();
    remember(project, lookedAt(3_000));
    edit(project);
    expect(await project.rustic('run', 'hi')).toEqual(stale);
  });

  it('is noticed although it looks the same, when it was written within the grain of the clock', async () => {
    const project = await thirty();
    edit(project);
    remember(project, () => looksLike(join(project.folder, 'rustic.json')));
    expect(await project.rustic('run', 'hi')).toEqual(stale);
  });

  it.each([
    ['nothing', (project: Project) => writeFileSync(trustFile(project), '{}'), 5],
    ['no inputs', (project: Project) => forget(project, undefined), 3],
    ['nonsense of the inputs', (project: Project) => forget(project, { 'rustic.json': null }), 3],
    ['inputs that are a list', (project: Project) => forget(project, []), 3],
  ])('is noticed by a machine that remembers %s', async (_, damage, code) => {
    const project = await thirty();
    damage(project);
    if (code !== 5) expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0, stderr: '' });
    edit(project);
    expect(await project.rustic('run', 'hi')).toEqual(stale);
  });
  const forget = (project: Project, seen: unknown) => {
    const record = JSON.parse(readFileSync(trustFile(project), 'utf8')) as { folders: Record<string, object> };
    const folders = { [project.folder]: { ...record.folders[project.folder], seen } };
    writeFileSync(trustFile(project), JSON.stringify({ folders }));
  };
});

/** What V8 says of a script it ran. */
interface Covered {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
  }[];
}

describe('what reads settings', () => {
  it.each([
    ['rustic.json', '{ "plugins": [] }', false],
    ['rustic.yaml', 'plugins: []', true],
    ['rustic.toml', 'plugins = []', true],
  ])('loads the parser of another format only for it: %s', async (file, text, loads) => {
    const project = await createProject({ composition: false });
    project.write(file, text);
    const folder = join(project.home, 'coverage');
    const { code } = await project.start(['lock', '--accept'], { env: { NODE_V8_COVERAGE: folder } }).ended;
    expect(code).toBe(0);
    const [written = ''] = readdirSync(folder);
    const { result } = JSON.parse(readFileSync(join(folder, written), 'utf8')) as { result: readonly Covered[] };
    const ran = result.flatMap(({ url, functions }) => {
      if (!/\/cli\/dist\/[\w.-]+\.js$/.test(url)) return [];
      const text = readFileSync(new URL(url, 'file:'), 'utf8');
      const named = functions.filter(({ functionName }) => functionName.startsWith('./'));
      // A part that lies beside the script is one function.
      const chunks = named.length > 0 ? named : functions;
      return chunks.flatMap(({ ranges: [range] }) =>
        range && range.count > 0 ? [text.slice(range.startOffset, range.endOffset)] : [],
      );
    });
    expect(ran.some((text) => text.includes('RUSTIC_CONFIG_MISSING'))).toBe(true);
    expect(ran.some((text) => /TomlDate|YAMLParseError/.test(text))).toBe(loads);
  });
});
