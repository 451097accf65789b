import { manualPage } from '../manual/page.js';
import { productTable } from '../product/run.js';
import type { BuildRequest } from './request.js';

/** The manual page of a program, as troff: its commands are those of every product. */
export function manualOf({ name, version, description, settings }: BuildRequest): string {
  const product = { name, version, description, settings, lock: '', plugins: {}, folder: '' };
  return manualPage(
    productTable({ ...product, seal: { altered: async () => undefined } }, () => {}),
    version,
  );
}
