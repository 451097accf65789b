export { describeKeyValue, keyValueSuite, type KeyValueSubject } from './key-value.js';
export { describeSessionStore, sessionStoreSuite, type SessionStoreSubject } from './session-store.js';
export { describeSuite, type Rule, type Runner } from './suite.js';
export { collect, createTestKernel, type TestKernel, type TestKernelOptions } from './kernel.js';
export { describeModel, type ModelRule, modelSuite, type ModelSubject } from './model.js';
export { describeTool, type OpenTool, toolSuite, type ToolSubject } from './tool.js';
export { type ScriptedModel, scriptedModel, type ScriptedReply } from './model-plugin.js';
