import type { Contracts } from '../capability.js';
import { agent } from './agent.js';
import { modelCatalogue } from './catalogue.js';
import { command, commandHooks } from './command.js';
import { frontend } from './frontend.js';
import { host, secrets } from './host.js';
import { lifecycleHooks } from './lifecycle.js';
import { model } from './model.js';
import { approver, audit, grants, permissionHooks } from './permission.js';
import { promptHooks } from './prompt.js';
import { resilience, resilienceHooks } from './resilience.js';
import { keyValue, session, sessionStore } from './session.js';
import { storage } from './storage.js';
import { tool } from './tool.js';
import { hookTrace } from './trace.js';
import { workflowStep } from './workflow.js';
import { workspace } from './workspace.js';

/** Everything the official plugins meet through. */
export const standard: Contracts = Object.freeze({
  services: [
    sessionStore,
    session,
    keyValue,
    workspace,
    host,
    secrets,
    approver,
    frontend,
    grants,
    audit,
    hookTrace,
    storage,
    modelCatalogue,
    resilience,
  ],
  operations: [model, tool, agent, command, workflowStep],
  hooks: [promptHooks, commandHooks, permissionHooks, lifecycleHooks, resilienceHooks].flatMap((hooks) =>
    Object.values(hooks),
  ),
});

// Only these lines carry what the three files add to Services and Hooks into the declarations.
export type {} from './host.js';
export type {} from './lifecycle.js';
export type {} from './permission.js';
export type { AgentRequest, Item, RunCompleted, RunEvent, RunEventBody, RunEventHead } from './agent.js';
export { agentError, agentErrors } from './agent-errors.js';
export type { ModelCatalogue, ModelFacts, ModelPrice } from './catalogue.js';
export { checkChain } from './audit-chain.js';
export { highlightsOf, pathTo, snippetOf, textOfBody, usageOf } from './entries.js';
export { safeTo } from './effects.js';
export { exitCodeOf, exitCodes } from './exit.js';
export type { CommandRequest, CommandTarget } from './command.js';
export { type Message, type Part, textOf, type Usage } from './content.js';
export type { Frontend, FrontendRequest } from './frontend.js';
export type { ModelRequest } from './model.js';
export { modelCapabilities, type ModelCapability, refuseIncapable } from './model-capabilities.js';
export type { ModelEvent } from './model-event.js';
export { modelError, modelErrors } from './model-errors.js';
export { type Complaint, type Failing, modelFailure, retryAfter, VendorRefusal } from './model-failure.js';
export type { VendorAnswer } from './model-answer.js';
export { createModelFamily, refusing, type VendorClient, type VendorOptions } from './model-family.js';
export { partsOf, toolInput } from './model-parts.js';
export { createModelFetch, type ModelFetch } from './model-fetch.js';
export { catalogueOf } from './operation-hooks.js';
export { replayError, replayErrors } from './replay-errors.js';
export {
  type Breaker,
  type BreakerState,
  type CallRetried,
  type Resilience,
  resilienceError,
  resilienceErrors,
} from './resilience.js';
export type { Prompt, PromptPart, ToolChoice } from './prompt.js';
export { createHolds } from './holds.js';
export { areNames, demandText } from './names.js';
export type {
  KeyValue,
  NewSessionEntry,
  PruneLimits,
  SearchFilter,
  SearchHit,
  SessionChange,
  SessionEntry,
  SessionFilter,
  SessionHold,
  SessionInfo,
  SessionLog,
  Sessions,
  SessionStore,
  UsageRow,
} from './session.js';
export type { Storage, StorageRecord } from './storage.js';
export { sessionHeld, sessionMoved, storageError, storageErrors } from './storage-errors.js';
export type { ToolKind, ToolResult } from './tool.js';
export type { HookTrace, HookTraceRow, TapTimes } from './trace.js';
export { visible, visibleLine } from './visible.js';
export { runFailed, type RunResult, runResult } from './run-result.js';
export type { StepRequest } from './workflow.js';
export {
  type Command,
  type DirectoryEntry,
  type ExecOptions,
  type ExecResult,
  type Workspace,
  workspaceError,
  workspaceErrors,
  type WorkspaceFiles,
} from './workspace.js';
export type { Host, LogRecord, SecretReference, Secrets, StandardStreams } from '../host.js';
export type {
  Answer,
  Approver,
  Ask,
  AuditLog,
  AuditRow,
  DecidedBy,
  Grant,
  Grants,
  Rule,
} from '../permissions/types.js';
export type { Access, Call, Effects, Origin, Progress } from '../capability.js';
export type { ErrorInfo, Json } from '../errors.js';
