import type { Contributions } from '@rustic-ai/kernel';
import type { Call } from '@rustic-ai/kernel/contracts';
import type { History } from './history/history.js';
import type manifest from './manifest.js';
import type { Pins } from './pins.js';
import type { Roots } from './roots.js';

/** Every tool of this plugin, by name. */
export type Tools = Contributions<typeof manifest>['tool'];

/** What tools are made of. */
export interface Parts {
  readonly roots: Roots;
  readonly pins: Pins;
  readonly history: History;
  /** Whether a file may be shown, decided as a call of its own below this one: rules see each file. */
  mayShow(path: string, call: Call): Promise<boolean>;
  /** Whether the model in use takes images, as far as is known. */
  takesImages(): boolean;
}
