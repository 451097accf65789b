/**
 * Prepares the process for what no command catches: a reader that has gone is no failure, anything else that was thrown
 * outside of every call is shown like any other error and ends the process.
 */
export function guardProcess(args: readonly string[], program: string): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  process.on('uncaughtException', async (error) => {
    let code = 1;
    try {
      code = (await import('./report.js')).report(error, args, program);
    } catch {
      // A handler that fails would be called for its own failure, without end.
    }
    process.exit(code);
  });
}
