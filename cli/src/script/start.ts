import type { Script } from './make.js';

/** A program that is a script, as it lies on a disk or in an executable. It exports `start`. */
export interface Program {
  /** Its command, and what its folder in the user's cache is called. */
  readonly name: string;
  /** The variable that moves its folders: `RUSTIC_HOME`. */
  readonly home: string;
  /** Where the script lies: packages are looked up from there, and stack traces name it. */
  readonly folder: string;
  /** Its file. */
  readonly script: string;
  /** Of the script, when it was made: SHA-256, hex. */
  readonly digest: string;
  /** The bytes of what lies where the script does, by name. */
  readonly read: (name: string) => Buffer;
  /** Imports what is not in it. */
  readonly load: (specifier: string) => Promise<unknown>;
}
interface Started {
  /** Runs one command line. Returns the exit code. */
  start(args: readonly string[]): Promise<number>;
}
/** So many compiled scripts are kept: of a few programs and versions, with their parts. */
const most = 40;
const suffix = '.script';
/** Without a command, a product on a terminal runs its agent. */
const runs: ReadonlySet<string | undefined> = new Set([undefined, 'run', 'chat']);

/**
 * Runs the command line of this process. Code is compiled once: what V8 made of it is kept in the user's own cache, never
 * in a folder others can write to. A program that is not as it was built says so and ends with 3.
 *
 * It is the first code of a program, in a file with no other: it takes from Node only what it calls.
 */
export async function startProgram(program: Program): Promise<void> {
  const { argv, getBuiltinModule: builtin } = process;
  const { join } = builtin('node:path');
  const args = argv.slice(2);
  const kept = cacheOf(program);
  const module = builtin('node:module');
  // What is imported beside the script, Node compiles and keeps by itself.
  if (kept !== undefined) module.enableCompileCache(kept);
  const use = runs.has(args[0]) ? 'run' : 'rest';
  const unkept: (() => void)[] = [];
  process.once('exit', () => {
    for (const keep of unkept) keep();
  });
  const compile = <Of>(file: string, digest: string): Of => {
    const code = program.read(file);
    if (builtin('node:crypto').hash('sha256', code) !== digest) throw damaged(file);
    const place = kept && join(kept, `${digest.slice(0, 16)}-${use}${suffix}`);
    const cachedData = place && read(place);
    const script = new (builtin('node:vm').Script)(code.toString('latin1'), {
      filename: join(program.folder, file),
      ...(cachedData && { cachedData }),
    });
    if (place && (!cachedData || script.cachedDataRejected)) unkept.push(() => keep(place, script.createCachedData()));
    return script.runInThisContext() as Of;
  };
  try {
    const file = join(program.folder, program.script);
    let packages: NodeJS.Require | undefined;
    const { start } = compile<Script<Started>>(
      program.script,
      program.digest,
    )({
      require: (name) => builtin(name) ?? (packages ??= module.createRequire(file))(name),
      load: program.load,
      part: compile,
      folder: program.folder,
      url: builtin('node:url').pathToFileURL(file).href,
    });
    process.exitCode = await start(args);
  } catch (error) {
    const { code, message, fix } = error as ReturnType<typeof damaged>;
    if (code !== 'RUSTIC_PRODUCT_DAMAGED') throw error;
    process.stderr.write(`${code}: ${message}\nFix: ${fix}\n`);
    process.exitCode = 3;
  }
}

/** Where compiled code of a program is kept, if nobody else can put anything there: what lies in it is run. */
function cacheOf({ name, home }: Program): string | undefined {
  const { env, getBuiltinModule: builtin, getuid } = process;
  const { mkdirSync, statSync } = builtin('node:fs');
  const { join } = builtin('node:path');
  try {
    const cache = env[home] || env['XDG_CACHE_HOME'] || join(builtin('node:os').homedir(), '.cache');
    const folder = join(cache, name, 'code');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    return getuid === undefined || (uid === getuid() && (mode & 0o022) === 0) ? folder : undefined;
  } catch {
    // Where there is no home, or none that can be written to, code is compiled each time.
    return undefined;
  }
}

/** As the kernel's errors are, which what runs later can report like any other. */
const damaged = (file: string) =>
  Object.assign(new Error(`${file} is not as it was built.`), {
    [Symbol.for('rustic-ai.error')]: true,
    code: 'RUSTIC_PRODUCT_DAMAGED',
    fix: 'Install this program again.',
    details: { file },
  });

/** What V8 made of a script before. V8 runs what is damaged, so that a digest stands before it. */
function read(place: string): Buffer | undefined {
  const { getBuiltinModule: builtin } = process;
  const { hash } = builtin('node:crypto');
  try {
    const bytes = builtin('node:fs').readFileSync(place);
    const data = bytes.subarray(32);
    return hash('sha256', data, 'buffer').equals(bytes.subarray(0, 32)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what V8 made of a script, and lets go of the oldest of many. */
function keep(place: string, data: Buffer): void {
  const { getBuiltinModule: builtin, pid } = process;
  const { readdirSync, renameSync, rmSync, statSync, writeFileSync } = builtin('node:fs');
  const { dirname, join } = builtin('node:path');
  try {
    const draft = `${place}.${pid}`;
    const digest = builtin('node:crypto').hash('sha256', data, 'buffer');
    writeFileSync(draft, Buffer.concat([digest, data]), { mode: 0o600 });
    renameSync(draft, place);
    const names = readdirSync(dirname(place)).filter((name) => name.endsWith(suffix));
    const aged = names.map((name) => {
      const path = join(dirname(place), name);
      return { path, ms: statSync(path).mtimeMs };
    });
    for (const { path } of aged.toSorted((a, b) => b.ms - a.ms).slice(most)) rmSync(path);
  } catch {
    // Where the disk is full, or another process was faster, it is compiled again.
  }
}
