import { decodeText } from '../encoding.js';
import type { Parts, Tools } from '../parts.js';
import { unifiedDiff } from '../unified-diff.js';

export const diff = ({ roots, pins }: Parts): Tools['fs_diff'] => ({
  access: ({ from, to }, call) =>
    pins.access(
      [from, to].map((path) => ({ path, actions: ['fs.read'] })),
      call,
    ),
  async run({ from, to }, call) {
    await pins.check(call);
    const textOf = async (path: string) => decodeText(await (await roots.filesOf(path)).read(path), path).text;
    const [before, after] = await Promise.all([textOf(from), textOf(to)]);
    const text = await unifiedDiff(from, before, after, to);
    return { parts: [{ type: 'text', text: text || '[The files are the same.]' }], data: { same: before === after } };
  },
});
