import type { Parts, Tools } from '../parts.js';
import type { Changes } from './changes.js';
import { patching } from './patch-plan.js';

export const patch = ({ pins }: Parts, changes: Changes): Tools['fs_patch'] => ({
  access: async (input, call) =>
    pins.access(
      (await patching(input.patch))
        .flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]))
        .map((path) => ({ path, actions: ['fs.read', 'fs.write'] })),
      call,
    ),
  preview: async (input, call) => changes.preview(await patching(input.patch), call),
  run: async (input, call) => changes.run(await patching(input.patch), call),
});
