import { scripts } from '../completion/scripts.js';

/** Prints what makes a shell complete this program. */
export async function completion(shell: keyof typeof scripts): Promise<number> {
  process.stdout.write(scripts[shell]);
  return 0;
}
