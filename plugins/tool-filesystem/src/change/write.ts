import type { Parts, Tools } from '../parts.js';
import type { Changes } from './changes.js';
import { writing } from './plans.js';

export const write = ({ pins }: Parts, changes: Changes): Tools['fs_write'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.read', 'fs.write'] }], call),
  preview: (input, call) => changes.preview([writing(input)], call),
  run: (input, call) => changes.run([writing(input)], call),
});
