import { createErrors, type ErrorTable } from '../errors.js';

/** What sessions, values and everything else that is kept can fail with. */
export const storageErrors = {
  RUSTIC_SESSION_UNKNOWN: {
    severity: 'error',
    message: 'There is no session "{session}".',
    fix: 'Run: rustic session list',
  },
  RUSTIC_SESSION_PREFIX: {
    severity: 'error',
    message: 'Several sessions begin with "{session}": {matches}',
    fix: 'Type more of the id.',
  },
  RUSTIC_SESSION_EXISTS: {
    severity: 'error',
    message: 'There is a session "{session}" already.',
    fix: 'Create it with another id.',
  },
  RUSTIC_SESSION_BUSY: {
    severity: 'error',
    message: 'The session "{session}" is used by another process: {reason}.',
    fix: 'Wait until it is done and try again, or go on in a copy: rustic session fork {session}',
  },
  RUSTIC_SESSION_ENTRY: {
    severity: 'error',
    message: 'The session "{session}" has no entry {at}.',
    fix: 'Run: rustic session show {session}',
  },
  RUSTIC_VALUE_CONFLICT: {
    severity: 'error',
    message: 'The value of "{key}" is at version {found}, not {expected}.',
    fix: 'Read it again, then set it.',
  },
  RUSTIC_RUN_UNKNOWN: {
    severity: 'error',
    message: 'There is no run "{run}".',
    fix: 'Name one that was created and not deleted.',
  },
  RUSTIC_RUN_EXISTS: {
    severity: 'error',
    message: 'There is a run "{run}" already.',
    fix: 'Create it with another id.',
  },
  RUSTIC_RUN_CONFLICT: {
    severity: 'error',
    message: 'The run "{run}" is at version {found}, not {expected}: somebody else went on with it.',
    fix: 'Hold it, read it again, and go on from there.',
  },
  RUSTIC_RUN_BUSY: {
    severity: 'error',
    message: 'The run "{run}" is used by another process, which is at work on it.',
    fix: 'Wait until it is done, or end that process.',
  },
  RUSTIC_PROMPT_UNKNOWN: {
    severity: 'error',
    message: 'There is no version {version} of a prompt "{prompt}".',
    fix: 'Name a version that was put there.',
  },
  RUSTIC_VECTOR_INVALID: {
    severity: 'error',
    message: 'A vector does not fit into the collection "{collection}": {reason}.',
    fix: 'Use the embedder the collection was made with, or another collection.',
  },
  RUSTIC_AUDIT_BUSY: {
    severity: 'error',
    message:
      'Another process wrote to the audit log: it ends at row {found}, and that is not the row {expected} to go on from.',
    fix: 'Read its last row, chain the new ones to that, then append.',
  },
  RUSTIC_AUDIT_BROKEN: {
    severity: 'error',
    message: 'The audit rows are no chain: row {seq} does not follow the one before it.',
    fix: 'Number them one by one, and name in each the digest of the one before.',
  },
  RUSTIC_TRANSACTION_NESTED: {
    severity: 'error',
    message: 'A transaction was begun within another one.',
    fix: 'Use what the outer one gave, or begin when it has ended.',
  },
  RUSTIC_TRANSACTION_OVER: {
    severity: 'error',
    message: 'The transaction can not be used: {reason}.',
    fix: 'Do all of it, and wait for all of it, before the function that was given to it ends, and within its time.',
  },
  RUSTIC_STORAGE_TEXT: {
    severity: 'error',
    message: 'The {what} {text} can not be kept: a name may hold neither a zero character nor half a character.',
    fix: 'Give it another name; what stands in bodies and values may hold any text.',
  },
  RUSTIC_STORAGE_BACKUP: {
    severity: 'error',
    message: 'The backup of {file} could not be written to {to}: {reason}',
    fix: 'Name a file that is not there yet, in a folder that can be written and has room.',
  },
  RUSTIC_STORAGE_NOT_EMPTY: {
    severity: 'error',
    message: 'Nothing was put into {file}, because something is in there already.',
    fix: 'Name a database that was never used.',
  },
  RUSTIC_STORAGE_FAILED: {
    severity: 'error',
    message: 'The database {file} failed: {reason}',
    fix: 'Check that the disk has room and that the file is a database of this program.',
  },
  RUSTIC_STORAGE_LOCKED: {
    severity: 'error',
    message: 'The database {file} is locked by another process: {reason}',
    fix: 'Wait until the other process is done, or end it; then try again.',
  },
  RUSTIC_STORAGE_READ_ONLY: {
    severity: 'error',
    message: 'The database {file} can not be written: {reason}',
    fix: 'Give this user the right to write the file and its folder, or name another file.',
  },
  RUSTIC_STORAGE_VERSION: {
    severity: 'error',
    message: 'The database {file} was written by a newer version (schema {found}; this one knows {known}).',
    fix: 'Update the storage plugin, or use another file.',
  },
} as const satisfies ErrorTable;
export const storageError = createErrors(storageErrors);

/** What an append is refused with when the session does not end where its writer thinks. */
export const sessionMoved = (session: string, expected: number, found: number) =>
  storageError('RUSTIC_SESSION_BUSY', {
    session,
    expected,
    found,
    reason: `it ends at ${found}, not at ${expected}`,
  });
/** What a holder is refused with who may not wait any longer. */
export const sessionHeld = (session: string) =>
  storageError('RUSTIC_SESSION_BUSY', { session, reason: 'it is at work on it' });
/** What a holder of a run is refused with who may not wait any longer. */
export const runHeld = (run: string) => storageError('RUSTIC_RUN_BUSY', { run });
