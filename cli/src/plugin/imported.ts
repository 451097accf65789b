import { fileURLToPath } from 'node:url';
import { runChild } from './child.js';

/** What importing a module did. */
export interface Imported {
  /** Paths and names of everything that was loaded, but Node's own. */
  readonly loaded: readonly string[];
  /** Names that are new in the global scope. */
  readonly globals: readonly string[];
  /** What it left open, such as `Timeout`. */
  readonly open: readonly string[];
  /** What its default export is, as JSON. Undefined: nothing JSON can say. */
  readonly value: unknown;
  /** What it wrote. */
  readonly said: string;
}

/** Runs in a process of its own, so that nothing of a plugin comes near this one. `end` is what it prints before its findings. */
const program = (url: string, end: string) => `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
const before = new Set(Object.getOwnPropertyNames(globalThis));
const idle = (list) => list.filter((one) => !['PipeWrap', 'TTYWrap', 'FSReqPromise'].includes(one));
const open = idle(process.getActiveResourcesInfo());
const { default: value } = await import(${JSON.stringify(url)});
await new Promise((resolve) => setImmediate(resolve));
const left = idle(process.getActiveResourcesInfo());
for (const one of open) if (left.includes(one)) left.splice(left.indexOf(one), 1);
const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name));
process.stdout.write(${JSON.stringify(end)} + JSON.stringify({ loaded, globals, open: left, value }));
process.exit(0);
`;

/** Throws: what it printed, when it can't be imported within ten seconds. */
export async function importAlone(url: URL, cwd: string): Promise<Imported> {
  const end = `\n--- ${url.href}\n`;
  const args = ['--input-type=module', '--eval', program(url.href, end)];
  const { code, stdout, stderr } = await runChild(process.execPath, args, { cwd, limitMs: 10_000 });
  const at = stdout.lastIndexOf(end);
  if (code !== 0 || at < 0) throw new Error(reasonIn(stderr) ?? 'it did not end within ten seconds');
  const found = JSON.parse(stdout.slice(at + end.length)) as Omit<Imported, 'said'>;
  const loaded = found.loaded
    .filter((one) => !one.startsWith('node:') && !one.startsWith('data:'))
    .map((one) => (one.startsWith('file:') ? fileURLToPath(one) : one));
  return { ...found, loaded, said: `${stdout.slice(0, at)}${stderr}` };
}
/** The line of an uncaught error that says what is wrong. */
const reasonIn = (stderr: string): string | undefined =>
  stderr.split('\n').find((line) => /^\w*Error\b.*: /.test(line));
