import { isRusticError, type RusticError } from '@rustic-ai/kernel';
import { storageError } from '@rustic-ai/kernel/contracts';

/** What went wrong, coded by its SQLSTATE; a coded error stays as it is. Source: PostgreSQL 18, appendix A. */
export function failure(place: string, error: unknown): RusticError {
  if (isRusticError(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const details = { file: place, reason: code ? `${text || 'no answer'} (${code})` : text };
  if (code === '55P03' || code === '40P01') return storageError('RUSTIC_STORAGE_LOCKED', details, error);
  if (code === '25006') return storageError('RUSTIC_STORAGE_READ_ONLY', details, error);
  return storageError('RUSTIC_STORAGE_FAILED', details, error);
}
