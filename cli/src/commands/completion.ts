import { scripts } from '../completion/scripts.js';
import type { PlaceOptions } from '../project.js';

/** Prints what makes a shell complete this program. */
export async function completion(shell: keyof typeof scripts, { built }: PlaceOptions): Promise<number> {
  const script = scripts[shell];
  process.stdout.write(built ? script.replaceAll(/rustic-ai\b/g, built.name).replaceAll('rustic', built.name) : script);
  return 0;
}
