import { isRusticError, type RusticError } from '@rustic-ai/kernel';
import { storageError } from '@rustic-ai/kernel/contracts';

const codeOf = (error: unknown): string | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** Whether another connection has the database locked at the moment. */
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error) ?? '');

/** Whether the file, its folder or its disk may only be read. */
const isReadOnly = (error: unknown): boolean => /^(SQLITE_READONLY|EACCES$|EPERM$|EROFS$)/.test(codeOf(error) ?? '');

/** What went wrong with the file, coded; a coded error stays as it is. */
export function failure(file: string, error: unknown): RusticError {
  if (isRusticError(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const details = { file, reason: code ? `${text} (${code})` : text };
  if (isBusy(error)) return storageError('RUSTIC_STORAGE_LOCKED', details, error);
  if (isReadOnly(error)) return storageError('RUSTIC_STORAGE_READ_ONLY', details, error);
  return storageError('RUSTIC_STORAGE_FAILED', details, error);
}
