import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';
import { entriesOf } from './entries.js';

export const archiveList = ({ roots, pins }: Parts): Tools['fs_archive_list'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run({ path }, call) {
    await pins.check(call);
    const files = await roots.filesOf(path);
    const entries: { name: string; type: string; bytes: number }[] = [];
    for await (const { name, type, bytes } of entriesOf({ files, path, signal: call.signal }))
      entries.push({ name, type, bytes });
    const lines = entries.map(({ name, type, bytes }) =>
      type === 'directory' ? printable(name) : `${printable(name)} ${type === 'file' ? `${bytes} bytes` : type}`,
    );
    return { parts: [{ type: 'text', text: lines.join('\n') || '[The archive is empty.]' }], data: { entries } };
  },
});
