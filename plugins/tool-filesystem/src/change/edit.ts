import type { Parts, Tools } from '../parts.js';
import type { Changes } from './changes.js';
import { editing } from './plans.js';

export const edit = ({ pins }: Parts, changes: Changes): Tools['fs_edit'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.read', 'fs.write'] }], call),
  preview: (input, call) => changes.preview([editing(input.path, [input])], call),
  run: (input, call) => changes.run([editing(input.path, [input])], call),
});
