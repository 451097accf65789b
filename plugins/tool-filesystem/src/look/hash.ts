import type { WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { createHash } from 'node:crypto';
import { blocksOf } from '../blocks.js';
import type { Parts, Tools } from '../parts.js';

export const hash = ({ roots, pins }: Parts): Tools['fs_hash'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run({ path, algorithm = 'sha256' }, call) {
    await pins.check(call);
    const { digest, bytes } = await digestOf(await roots.filesOf(path), { path, algorithm, signal: call.signal });
    return { parts: [{ type: 'text', text: `${algorithm} ${digest}` }], data: { algorithm, digest, bytes } };
  },
});

async function digestOf(files: WorkspaceFiles, wanted: { path: string; algorithm: string; signal: AbortSignal }) {
  const sum = createHash(wanted.algorithm);
  let bytes = 0;
  for await (const block of blocksOf(files, wanted.path, wanted.signal)) {
    sum.update(block);
    bytes += block.length;
  }
  return { digest: sum.digest('hex'), bytes };
}
