import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ config: { greeting, word }, log }) {
    if (word !== undefined) log('the option "word" goes with version 2.0.0: name it "greeting"');
    const before = greeting ?? word ?? 'Hello';
    return { tool: { greeter_greet: { run: () => ({ parts: [{ type: 'text', text: `${before}, Ada!` }] }) } } };
  },
});
