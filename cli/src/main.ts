import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

declare const __VERSION__: string;

const { argv, env } = process;
if (argv.length === 3 && (argv[2] === '--version' || argv[2] === '-V')) {
  process.stdout.write(`${__VERSION__}\n`);
} else {
  // Compiled code is kept in the user's own cache, never in a folder others can write to.
  enableCompileCache(join(env.RUSTIC_HOME ?? env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rustic-ai', 'code'));
  const { main } = await import('./program.js');
  process.exitCode = await main(argv.slice(2), __VERSION__);
}
