import { defineHook, defineService } from '../capability.js';
import type { Answer, Approver, Ask, AuditLog, DecidedBy, Grants } from '../permissions/types.js';

declare module '../capability.js' {
  interface Services {
    approver: Approver;
    grants: Grants;
    audit: AuditLog;
  }
  interface Hooks {
    'permission.requested': {
      readonly kind: 'observe';
      readonly payload: { readonly id: string; readonly ask: Ask };
    };
    'permission.decided': {
      readonly kind: 'observe';
      readonly payload: {
        readonly id: string;
        readonly ask: Ask;
        readonly answer: Answer;
        readonly by: DecidedBy;
      };
    };
  }
}
export const approver = defineService({ id: 'approver', version: 1 });
export const grants = defineService({ id: 'grants', version: 1 });
export const audit = defineService({ id: 'audit', version: 1 });
/** Before an approver is asked. */
export const permissionRequested = defineHook({ id: 'permission.requested', kind: 'observe', timeLimitMs: 5_000 });
/** After an ask was answered, whoever answered. */
export const permissionDecided = defineHook({ id: 'permission.decided', kind: 'observe', timeLimitMs: 5_000 });
