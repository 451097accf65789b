import { join } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import { hostOf, type Place } from './project.js';

/** A model as its provider offers it. */
export interface Offered {
  readonly model: string;
  readonly plugin: string;
  readonly summary: string;
  readonly capabilities?: Json;
}

/** Where it is kept what the vendors of a lock list. Shape: `Offered[]` as JSON. */
export const modelsFile = (place: Place, digest: string): string =>
  join(hostOf(place).folders.cache, 'models', `${digest.replace(/\W/g, '-')}.json`);
