import { defineHook, defineService, type HookTypes, shape } from '../capability.js';
import type { Answer, Approver, Ask, AuditLog, DecidedBy, Grants } from '../permissions/types.js';

export const permissionHooks = {
  permissionRequested: defineHook({
    id: 'permission.requested',
    kind: 'observe',
    timeLimitMs: 5_000,
    summary: 'Before an approver is asked.',
    answers: { undefined: 'Whatever it returns is ignored.' },
    payload: shape<{ readonly id: string; readonly ask: Ask }>(),
  }),
  permissionDecided: defineHook({
    id: 'permission.decided',
    kind: 'observe',
    timeLimitMs: 5_000,
    summary: 'After an ask was answered, whoever answered.',
    answers: { undefined: 'Whatever it returns is ignored.' },
    payload: shape<{ readonly id: string; readonly ask: Ask; readonly answer: Answer; readonly by: DecidedBy }>(),
  }),
};
declare module '../capability.js' {
  interface Services {
    approver: Approver;
    grants: Grants;
    audit: AuditLog;
  }
  interface Hooks extends HookTypes<typeof permissionHooks> {}
}
export const approver = defineService({ id: 'approver', version: 1 });
export const grants = defineService({ id: 'grants', version: 1 });
export const audit = defineService({ id: 'audit', version: 1 });
