// What plugins cost that are installed and not used: whole runs with thirty beside runs with three.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdict } from './verdict.mjs';

const bin = join(import.meta.dirname, '../bin/rustic.js');
const effects = { kind: 'none', idempotent: true, openWorld: false };
const front = {
  manifest: { id: 'front', contributes: { service: { frontend: { summary: 'Says hi' } } } },
  code: "export default { setup: () => ({ service: { frontend: { run: async () => (process.stdout.write('hi'), { exitCode: 0 }) } } }) };",
};
const idle = (index) => ({
  manifest: { id: `idle-${index}`, contributes: { tool: { [`idle_${index}`]: { summary: 'Idles', effects } } } },
  code: `export default { setup: () => ({ tool: { idle_${index}: { run: () => ({ parts: [] }) } } }) };`,
});

/** A folder with so many plugins, locked. */
function project(count) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-plugins-')));
  const plugins = [front, ...Array.from({ length: count - 1 }, (_, index) => idle(index))];
  for (const { manifest, code } of plugins) {
    const at = join(folder, 'node_modules', manifest.id);
    mkdirSync(join(at, 'dist'), { recursive: true });
    const exports = { '.': './dist/index.js' };
    const rustic = { manifest: { apiVersion: 1, ...manifest } };
    writeFileSync(
      join(at, 'package.json'),
      JSON.stringify({ name: manifest.id, version: '1.0.0', type: 'module', exports, rustic }),
    );
    writeFileSync(join(at, 'dist/index.js'), code);
  }
  writeFileSync(join(folder, 'rustic.json'), JSON.stringify({ plugins: plugins.map(({ manifest }) => manifest.id) }));
  const env = { ...process.env, RUSTIC_HOME: join(folder, 'home') };
  const run = (...args) => {
    const startedMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`rustic ${args.join(' ')} ended with ${status}\n${stderr}`);
    return performance.now() - startedMs;
  };
  run('lock', '--accept');
  run('run', 'hi');
  return { run: () => run('run', 'hi'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const [few, many] = [project(3), project(30)];
const rounds = 25;
const pairs = Array.from({ length: rounds }, () => [few.run(), many.run()]);
// The least disturbed run of each: what others do on the machine is no cost of a plugin.
const [low, high] = [0, 1].map((index) => Math.min(...pairs.map((pair) => pair[index])));
verdict({
  name: 'thirty plugins over three',
  value: high - low,
  limit: 10,
  unit: 'ms',
  digits: 1,
  note: `a run with three takes ${low.toFixed(1)} ms, the best of ${rounds}`,
});
few.remove();
many.remove();
