import type { Parts, Tools } from '../parts.js';
import { listFolder, sayListing } from './listing.js';

export const list = ({ roots, pins }: Parts): Tools['fs_list'] => ({
  access: ({ path = '.' }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run({ path = '.', offset = 1 }, call) {
    await pins.check(call);
    const files = await roots.filesOf(path);
    const listing = await listFolder({ list: files.list, path, offset, signal: call.signal });
    return { parts: [{ type: 'text', text: sayListing(listing, offset) }], data: { ...listing } };
  },
});
