import { definePlugin } from '@rustic-ai/kernel';
import { createCatalogue } from './catalogue.js';
import { builtIn } from './data.js';
import type manifest from './manifest.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup: ({ config }) => ({ service: { 'model.catalogue': createCatalogue(builtIn, config.models) } }),
});
