import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';

export const makeDir = ({ roots, pins, history }: Parts): Tools['fs_make_dir'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.write'] }], call),
  async run({ path }, call) {
    await pins.check(call);
    const real = await roots.real(path);
    const files = await roots.filesOf(path);
    await history.around(call, { paths: [real], make: () => files.makeDirectory(path) });
    return { parts: [{ type: 'text', text: `There is a folder ${printable(path)} now.` }], data: { path } };
  },
});
