import { createHash } from 'node:crypto';
import { ImportType, init, parse } from 'es-module-lexer';

/** An ES module of a program that was split into several, all in one folder. */
export interface Chunk {
  readonly name: string;
  readonly text: string;
}
/** What the code of a chunk says instead of what only a file can say of itself. */
export const definitions = { 'import.meta.url': '__url', 'import.meta.dirname': '__folder' };

/** Gives what is not in a script. */
export interface Outside {
  /** What is Node's own, or a package found from where the script lies. */
  readonly require: (name: string) => unknown;
  /** Imports a module. */
  readonly load: (specifier: string) => Promise<unknown>;
  /** Runs a part that lies beside the script. Throws: when it is not as it was made. */
  readonly part: (file: string, digest: string) => Part;
  /** Where the script lies, as a path and as the URL of a file in it. */
  readonly folder: string;
  readonly url: string;
}
/** What running the text of a script gives. */
export type Script<Exports> = (outside: Outside) => Exports;
type Part = (later: unknown, load: unknown, folder: string, url: string) => unknown;

/** Chunks that are larger and are not always needed lie beside the script. Unit: characters. */
const largest = 100_000;

/**
 * A program as one script: each chunk is a function that is run when it is first asked for. Node compiles a script from
 * what V8 kept of it, functions that were called before included; of modules it keeps less, and finding each costs more
 * than running it. Gives the script, by the name of the chunk it starts with, and its parts. All are ASCII.
 *
 * `toCommonJs`: makes a CommonJS module of an ES module, in ASCII.
 */
export async function scriptOf(
  chunks: readonly Chunk[],
  start: string,
  toCommonJs: (chunk: Chunk) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  await init;
  const byName = new Map(chunks.map(({ name, text }) => [`./${name}`, text]));
  const functions = await Promise.all(
    chunks.map(async ({ name, text }) => {
      const code = await toCommonJs({ name, text: withoutImportCalls(text, byName) });
      return [`./${name}`, `(__require,module,exports){const require=__require;${code}}`] as const;
    }),
  );
  const needed = neededBy(`./${start}`, byName);
  const isPart = ([name, code]: readonly [string, string]) => code.length > largest && !needed.has(name);
  const parts = functions.filter(isPart).map(([name, code]) => ({
    name,
    file: `${name.slice(2, -'.js'.length)}.part.js`,
    text: `(function(__later,__import,__folder,__url){"use strict";return function${code}})`,
  }));
  const inside = functions.filter((one) => !isPart(one)).map(([name, code]) => `${JSON.stringify(name)}${code}`);
  const beside = Object.fromEntries(parts.map(({ name, file, text }) => [name, [file, digestOf(text)]]));
  const script = `(function(__outside){"use strict";
const {require:__node,load:__import,part:__part,folder:__folder,url:__url}=__outside;
const __chunks={${inside.join(',\n')}};
const __parts=${JSON.stringify(beside)};
const __made=new Map();
const __chunk=(name)=>Object.hasOwn(__chunks,name)?__chunks[name]:Object.hasOwn(__parts,name)?__part(...__parts[name])(__later,__import,__folder,__url):undefined;
const __require=(name)=>{let module=__made.get(name);if(module)return module.exports;const chunk=__chunk(name);if(!chunk)return __node(name);__made.set(name,module={exports:{}});chunk(__require,module,module.exports);return module.exports};
const __later=async(name)=>__require(name);
return __require(${JSON.stringify(`./${start}`)})})`;
  return new Map([[start, script], ...parts.map(({ file, text }) => [file, text] as const)]);
}
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** What runs before anything else can: a chunk, and those it imports at once. */
function neededBy(start: string, texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const needed = new Set([start]);
  for (const name of needed)
    for (const { n = '', t } of parse(texts.get(name) ?? '')[0])
      if (t === ImportType.Static && texts.has(n)) needed.add(n);
  return needed;
}

/** A script is no module and can't import by itself: its own chunks are functions, everything else is asked for outside. */
function withoutImportCalls(text: string, chunks: ReadonlyMap<string, string>): string {
  const calls = parse(text)[0].filter(({ t }) => t === ImportType.Dynamic);
  return calls.reduceRight((before, { ss, n }) => {
    const asked = n !== undefined && chunks.has(n) ? '__later' : '__import';
    return `${before.slice(0, ss)}${asked}${before.slice(ss + 'import'.length)}`;
  }, text);
}
