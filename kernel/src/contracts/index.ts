export { standard } from './standard.js';

// Only these lines carry what the three files add to Services and Hooks into the declarations.
export type {} from './host.js';
export type {} from './lifecycle.js';
export { type KeptOutput, type ToolOutputs, toolOutputs } from './outputs.js';
export type {} from './permission.js';
export type { AgentRequest, Item, RunCompleted, RunEvent, RunEventBody, RunEventHead } from './agent.js';
export { agentError, agentErrors } from './agent-errors.js';
export type { ModelCatalogue, ModelFacts, ModelPrice } from './catalogue.js';
export type { FileChange, FileChanges, SessionTurn } from './changes.js';
export { checkChain } from './audit-chain.js';
export { type FollowChanges, type StorageChange, watchChanges } from './storage-changes.js';
export { highlightsOf, pathTo, snippetOf, textOfBody, toldBy, turnsIn, usageOf } from './entries.js';
export { safeTo } from './effects.js';
export { exitCodeOf, exitCodes } from './exit.js';
export type { CommandRequest, CommandTarget } from './command.js';
export { type Message, type Part, textOf, type Usage } from './content.js';
export { agentRequestOf, type Frontend, type FrontendRequest, type HostCommand } from './frontend.js';
export type { HealthCheck } from './health.js';
export type { ModelRequest } from './model.js';
export { modelCapabilities, type ModelCapability, refuseIncapable } from './model-capabilities.js';
export type { ModelEvent } from './model-event.js';
export { modelError, modelErrors } from './model-errors.js';
export { type Complaint, type Failing, modelFailure, retryAfter, VendorRefusal } from './model-failure.js';
export type { VendorAnswer } from './model-answer.js';
export { createModelFamily, refusing, type VendorClient, type VendorOptions } from './model-family.js';
export { modelOptions } from './model-options.js';
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
export { httpError, httpErrors } from './http-errors.js';
export { createHolds } from './holds.js';
export { readRecordFile, writeRecordFile } from './record-file.js';
export { createRanking, demandVector } from './nearest.js';
export { areNames, demandText } from './names.js';
export type {
  KeyValue,
  NewSessionEntry,
  PruneLimits,
  SearchFilter,
  SearchHit,
  SessionAccount,
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
export type { ProcessEnd, StartedProcess, StartOptions, TerminalSize } from './processes.js';
export { activeLabel, type Prompts, type PromptVersion } from './prompts.js';
export {
  entryOfRow,
  type EntryRow,
  jsonOfPrompt,
  promptOfRow,
  type PromptRow,
  rowOfRun,
  runInfoOfRow,
  runOfRow,
  type RunRow,
  sessionOfRow,
  type SessionRow,
} from './rows.js';
export type { Run, RunFilter, RunInfo, Runs, RunStatus } from './runs.js';
export { secretOption } from './secret-option.js';
export { isSkillName, type SkillFacts, skillFacts, skillLimits, type SkillRequest, type SkillText } from './skill.js';
export { skillError, skillErrors } from './skill-errors.js';
export type { Steering } from './steering.js';
export type { Storage, StorageDomains, StorageRecord } from './storage.js';
export { runHeld, sessionHeld, sessionMoved, storageError, storageErrors } from './storage-errors.js';
export { skillReadBy, touchedBy, type ToolFacts, toolFacts, type ToolKind, type ToolResult } from './tool.js';
export type { ToolStatistics, ToolStats } from './tool-stats.js';
export type { HookTrace, HookTraceRow, TapTimes } from './trace.js';
export type { NearestFilter, VectorHit, VectorItem, Vectors } from './vectors.js';
export { createTransactions } from './transactions.js';
export { visible, visibleLine } from './visible.js';
export { runFailed, type RunResult, runResult } from './run-result.js';
export type { StepRequest } from './workflow.js';
export {
  type Command,
  type DirectoryEntry,
  type ExecOptions,
  type ExecResult,
  type FileContent,
  type FileEvent,
  type FileInfo,
  type FolderVisit,
  type VisitedFolder,
  type WantedContent,
  type Workspace,
  workspaceError,
  workspaceErrors,
  type WorkspaceFiles,
  type WriteMode,
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
