export { default } from './plugin.js';
export { createOpenAiModels, type OpenAiModels } from './models.js';
