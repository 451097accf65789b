import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

declare const __VERSION__: string;

const { argv, env } = process;

// Compiled code is kept in the user's own cache, never in a folder others can write to.
try {
  const cache = env.RUSTIC_HOME || env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, 'rustic-ai', 'code');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  enableCompileCache(folder);
} catch {
  // Where there is no home, or none that can be written to, code is compiled each time.
}
const { main } = await import('./program.js');
process.exitCode = await main(argv.slice(2), __VERSION__);
