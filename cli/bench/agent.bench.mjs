// The agent loop and the stream beside the raw SDK, each measurement in a fresh process, floor and subject in turn.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../../kernel/bench/lib.mjs';
import { startModelServer } from './server.mjs';

const { baseURL, stop } = await startModelServer();
const script = join(import.meta.dirname, 'agent.mjs');
const measure = (who, what) =>
  JSON.parse(execFileSync(process.execPath, [script, who, what, baseURL], { encoding: 'utf8' }));

const show = (name, ratios, limit, better = 'most') => {
  const ratio = median(ratios);
  const ok = better === 'most' ? ratio <= limit : ratio >= limit;
  if (!ok) process.exitCode = 1;
  console.log(
    `${ok ? 'ok   ' : 'OVER '}${name}: ${ratio.toFixed(2)} x the raw SDK (limit ${limit} at ${better}), median of ${ratios.length}`,
  );
};
for (const what of ['loop', 'loop-stream', 'chunks']) {
  const pairs = Array.from({ length: 7 }, () => [measure('floor', what), measure('rustic', what)]);
  if (what === 'chunks') {
    show(
      '20,000 chunks a second',
      pairs.map(([floor, own]) => floor.ms / own.ms),
      0.7,
      'least',
    );
    show(
      'peak memory after 20,000 chunks',
      pairs.map(([floor, own]) => own.peakMb / floor.peakMb),
      1.3,
    );
  } else
    show(
      `agent ${what}, 50 tool calls, session on disk`,
      pairs.map(([floor, own]) => own.ms / floor.ms),
      1.4,
    );
}
stop();
