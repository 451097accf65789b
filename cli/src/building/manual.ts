import { manualPage } from '../manual/page.js';
import { openGroups } from '../product/open.js';
import { productTable } from '../product/run.js';
import type { BuildRequest } from './request.js';

/** The manual page of a program, as troff: its commands are those of every product. */
export function manualOf({ name, version, description, settings, open, kernel }: BuildRequest): string {
  const product = { name, version, description, settings, open, kernel, lock: '', plugins: {}, folder: '' };
  return manualPage(
    productTable({ ...product, seal: { altered: async () => undefined } }, () => {}, [], open ? openGroups : []),
    version,
  );
}
