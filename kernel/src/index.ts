export { createErrors, errorInfo, isRusticError, kernelErrors, RusticError } from './errors.js';
export type { DetailsOf, ErrorInfo, ErrorRow, ErrorTable, Json } from './errors.js';
export { defineHook, defineOperation, defineService } from './capability.js';
export type {
  Access, Call, CalledPayload, Contracts, Declaration, Effects, Family, GateAnswer, GatePayload, Handle, Handles,
  HookDefinition, HookKind, HookShape, Hooks, Implementation, InvokeOptions, OperationDefinition, OperationShape,
  Operations, Origin, Preview, Progress, ResultOf, ServiceDefinition, Services, Tap, TapContext,
} from './capability.js';
export { apiVersion, definePlugin, parseManifest } from './manifest.js';
export type {
  Contributions, Manifest, PermissionRequest, PerPluginServices, Plugin, Requirement, SetupContext, TapOrder,
} from './manifest.js';
