import { createErrors, type ErrorTable } from '../errors.js';

/** What goes wrong when a skill is read. */
// prettier-ignore
export const skillErrors = {
  RUSTIC_SKILL_FILE: { severity: 'error', message: 'The skill "{skill}" has no file "{file}" that can be read: {reason}', fix: 'Read one of its text files: {files}.' },
} as const satisfies ErrorTable;
export const skillError = createErrors(skillErrors);
