import type { Kernel } from '@rustic-ai/kernel';
import { bootPlace, openPlace, type Place, type PlaceOptions } from './project.js';

/** Boots the composition of a place for one piece of work. Throws: what `bootPlace` and the work throw. */
export async function withKernel<T>(
  options: PlaceOptions,
  work: (kernel: Kernel, place: Place) => Promise<T>,
): Promise<T> {
  const place = await openPlace(options);
  const kernel = await bootPlace(place, options);
  try {
    return await work(kernel, place);
  } finally {
    await kernel.dispose();
  }
}
