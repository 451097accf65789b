// prettier-ignore
export type {
  Access, Call, CalledPayload, Contracts, Declaration, Effects, Family, GateAnswer, GatePayload, Handle, Handles, Hooks,
  HookDefinition, HookKind, HookShape, Implementation, InvokeOptions, OperationDefinition, Operations, OperationShape,
  Origin, Preview, Progress, ResultOf, ServiceDefinition, Services, Tap, TapContext,
} from './capability.js';
export { defineHook, defineOperation, defineService } from './capability.js';
export type { DetailsOf, ErrorInfo, ErrorRow, ErrorTable, Json } from './errors.js';
export { createErrors, errorInfo, isRusticError, kernelErrors, RusticError } from './errors.js';
export type { BootStep, Explanation } from './explain.js';
export type { Host, LogRecord, SecretReference, Secrets } from './host.js';
export type { Kernel, KernelOptions } from './kernel.js';
export { createKernel } from './kernel.js';
export { alteredFile } from './digest.js';
export type { ImportModule, PluginPackage } from './loader.js';
export { findPackage, readPackage } from './loader.js';
export type { Composition, Lock, LockedPlugin } from './lock.js';
export { formatLock, makeLock, parseLockFile, readLock, widened } from './lock.js';
// prettier-ignore
export type {
  AnyPlugin, Contributions, Manifest, PermissionRequest, PerPluginServices, Plugin, PluginHooks, Requirement, SetupContext, TapOrder,
} from './manifest.js';
export { apiVersion, definePlugin, parseManifest } from './manifest.js';
// prettier-ignore
export type {
  Answer, Approver, Ask, AuditLog, AuditRow, DecidedBy, Grant, Grants, Rule, RuleScope,
} from './permissions/types.js';
export type { Trust } from './trust.js';
export { createTrust } from './trust.js';
