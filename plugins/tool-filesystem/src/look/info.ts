import type { FileInfo } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';

export const info = ({ roots, pins }: Parts): Tools['fs_info'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.read'], link: true }], call),
  async run({ path }, call) {
    await pins.check(call);
    const found = await (await roots.filesOf(path)).info(path);
    const permissions = found.permissions.toString(8).padStart(3, '0');
    const modified = new Date(found.modifiedMs).toISOString();
    return {
      parts: [{ type: 'text', text: describeInfo(path, found, permissions, modified) }],
      data: {
        type: found.type,
        bytes: found.bytes,
        permissions,
        modified,
        ...(found.target !== undefined && { target: found.target }),
      },
    };
  },
});

const names = { file: 'a file', directory: 'a folder', link: 'a link', other: 'neither a file, a folder nor a link' };
function describeInfo(path: string, { type, bytes, target }: FileInfo, permissions: string, modified: string): string {
  const leads = target === undefined ? '' : ` that leads to ${printable(target)}`;
  const size = type === 'file' ? `, ${bytes} bytes` : '';
  return `${printable(path)} is ${names[type]}${leads}${size}, permissions ${permissions}, changed ${modified}.`;
}
