// Makes one script of the parts tsup made of the command line, and what starts it. Of the parts only those stay that
// products are built of.
import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';
import esbuild from 'esbuild';
import { scriptOf } from '../dist/make.js';
import { commonJsWith } from '../dist/tools.js';

const dist = new URL('../dist/', import.meta.url);
const read = (name) => readFileSync(new URL(name, dist), 'utf8');
await init;

/** The parts that some need, by name. */
function reached(...names) {
  const found = new Set(names);
  for (const name of found) for (const { n } of parse(read(name))[0]) if (n?.startsWith('./')) found.add(n.slice(2));
  return found;
}
const names = [...reached('program.js')].toSorted();
const chunks = names.map((name) => ({ name, text: read(name) }));
const { 'program.js': script, ...parts } = Object.fromEntries(
  await scriptOf(chunks, 'program.js', commonJsWith(esbuild)),
);
const kept = reached('product.js', 'open-product.js', 'app.js', 'manual.js');
for (const name of globSync('*.js', { cwd: dist })) if (!kept.has(name)) rmSync(new URL(name, dist));
for (const [name, text] of Object.entries({ 'rustic.js': script, ...parts })) writeFileSync(new URL(name, dist), text);

const digest = createHash('sha256').update(script).digest('hex');
const first = { bundle: true, platform: 'node', target: 'node22', define: { __DIGEST__: JSON.stringify(digest) } };
const pathOf = (file) => fileURLToPath(new URL(file, dist));
await esbuild.build({ ...first, entryPoints: [pathOf('../src/main.ts')], outfile: pathOf('start.cjs'), format: 'cjs' });
// What products are started by.
await esbuild.build({
  ...first,
  entryPoints: [pathOf('../src/script/start.ts')],
  outfile: pathOf('start.js'),
  format: 'esm',
});
