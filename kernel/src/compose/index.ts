export type { Composition } from './lock.js';
export { checkRules, formatLock, makeLock } from './lock.js';
export { widened } from './consent.js';
export type { PluginPackage } from './packages.js';
export { readPackage, shippedFiles } from './packages.js';
export { parseManifest } from './manifest.js';
export { configure } from './options.js';
