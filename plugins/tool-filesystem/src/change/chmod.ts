import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';

export const chmod = ({ roots, pins, history }: Parts): Tools['fs_chmod'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.write'] }], call),
  async run({ path, permissions }, call) {
    await pins.check(call);
    const real = await roots.real(path);
    const files = await roots.filesOf(path);
    const make = () => files.setPermissions(path, Number.parseInt(permissions, 8));
    await history.around(call, { paths: [real], make });
    const text = `${printable(path)} has the permissions ${permissions} now.`;
    return { parts: [{ type: 'text', text }], data: { path, permissions } };
  },
});
