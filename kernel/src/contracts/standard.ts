import type { Contracts } from '../capability.js';
import { agent } from './agent.js';
import { modelCatalogue } from './catalogue.js';
import { fileChanges } from './changes.js';
import { command, commandHooks } from './command.js';
import { frontend } from './frontend.js';
import { healthHooks } from './health.js';
import { host, secrets } from './host.js';
import { lifecycleHooks } from './lifecycle.js';
import { model } from './model.js';
import { toolOutputs } from './outputs.js';
import { approver, audit, grants, permissionHooks } from './permission.js';
import { promptHooks } from './prompt.js';
import { prompts } from './prompts.js';
import { resilience, resilienceHooks } from './resilience.js';
import { runs } from './runs.js';
import { keyValue, session, sessionStore } from './session.js';
import { skill } from './skill.js';
import { steering } from './steering.js';
import { storage } from './storage.js';
import { tool } from './tool.js';
import { toolStats } from './tool-stats.js';
import { hookTrace } from './trace.js';
import { vectors } from './vectors.js';
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
    runs,
    prompts,
    vectors,
    modelCatalogue,
    fileChanges,
    toolOutputs,
    resilience,
    toolStats,
    steering,
  ],
  operations: [model, tool, agent, skill, command, workflowStep],
  hooks: [promptHooks, commandHooks, permissionHooks, lifecycleHooks, resilienceHooks, healthHooks].flatMap((hooks) =>
    Object.values(hooks),
  ),
});
