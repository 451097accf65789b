// Every provider beside its vendor's SDK iterated by hand: 20,000 small chunks, each measurement in a fresh process. And
// its memory while an endless answer is read slowly.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median } from '../../kernel/bench/lib.mjs';

const at = (name) => join(import.meta.dirname, name);
const server = spawn(process.execPath, [at('providers-server.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
process.once('exit', () => server.kill());
server.unref();
const [line] = await once(server.stdout, 'data');
const url = `http://127.0.0.1:${JSON.parse(line).port}`;
const measure = (who, vendor, to = url) =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', at('providers.mjs'), who, vendor, to], { encoding: 'utf8' }),
  );

const rounds = 5;
const show = (name, ratio, limit, ok) => {
  if (!ok) process.exitCode = 1;
  console.log(`${ok ? 'ok   ' : 'OVER '}${name}: ${ratio.toFixed(2)} x the SDK (limit ${limit}), median of ${rounds}`);
};
/** Unit: MB in 2 s; the loopback brings hundreds of them a second. */
const growthLimitMb = 4;
for (const vendor of ['openai', 'responses', 'anthropic', 'google', 'grok', 'ollama']) {
  const pairs = Array.from({ length: rounds }, () => [measure('floor', vendor), measure('rustic', vendor)]);
  const speed = median(pairs.map(([floor, own]) => floor.ms / own.ms));
  show(`${vendor}: 20,000 chunks a second`, speed, 'at least 0.8', speed >= 0.8);
  const first = median(pairs.map(([floor, own]) => own.firstMs / floor.firstMs));
  show(`${vendor}: time to the first chunk`, first, 'at most 1.1', first <= 1.1);
  const memory = median(pairs.map(([floor, own]) => own.peakMb / floor.peakMb));
  show(`${vendor}: peak memory`, memory, 'at most 1.3', memory <= 1.3);
  const { growthMb } = measure('slow', vendor, `${url}/endless`);
  const flat = growthMb <= growthLimitMb;
  if (!flat) process.exitCode = 1;
  const grown = `${growthMb.toFixed(1)} MB more in 2 s (limit ${growthLimitMb})`;
  console.log(`${flat ? 'ok   ' : 'OVER '}${vendor}: memory with a slow reader: ${grown}`);
}
process.exit();
