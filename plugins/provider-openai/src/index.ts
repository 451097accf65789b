export { default } from './plugin.js';
export { createOpenAiModels } from './models.js';
export type { OpenAiModels } from './server.js';
