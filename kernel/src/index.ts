// prettier-ignore
export type {
  Access, Call, CalledPayload, Contracts, Declaration, Effects, Family, GateAnswer, GatePayload, Handle, Handles, Hooks,
  HookDefinition, HookKind, HookShape, HookTypes, Implementation, InvokeOptions, OperationDefinition, Operations, OperationShape,
  Origin, Preview, Progress, ResultOf, ServiceDefinition, Services, Tap, TapContext,
} from './capability.js';
export { defineHook, defineOperation, defineService, hooksOf, shape } from './capability.js';
export type { DetailsOf, ErrorInfo, ErrorRow, ErrorTable, Json } from './errors.js';
export { createErrors, errorInfo, isRusticError, kernelErrors, RusticError } from './errors.js';
export type { BootStep, Explanation } from './records/boot.js';
export type { Host, LogRecord, SecretReference, Secrets } from './host.js';
export type { Kernel, KernelOptions } from './kernel.js';
export { createKernel } from './kernel.js';
export { alteredFile } from './digest.js';
export type { ImportModule } from './loader.js';
export { findPackage } from './loader.js';
export type { Lock, LockedPlugin, Renames } from './lock.js';
export { parseLockFile, readLock } from './lock.js';
// prettier-ignore
export type {
  About, AnyPlugin, Contributions, Manifest, PermissionRequest, PerPluginServices, Plugin, PluginHooks, Requirement, SetupContext, TapOrder,
} from './manifest.js';
export { protection as builtinRules } from './permissions/match/protected.js';
export { ruleAllowing, type Verdict } from './permissions/match/rules.js';
export { apiVersion, definePlugin } from './manifest.js';
// prettier-ignore
export type {
  Answer, Approver, Ask, AuditLog, AuditRow, DecidedBy, Grant, Grants, Rule, RuleScope,
} from './permissions/types.js';
