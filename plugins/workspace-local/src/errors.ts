import { isRusticError, type RusticError } from '@rustic-ai/kernel';
import { workspaceError } from '@rustic-ai/kernel/contracts';
import { getSystemErrorMessage } from 'node:util';

/** The system's name of a failure, such as `ENOENT`; undefined for anything else. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What the system said, without the paths it said it about. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code && error instanceof Error && 'errno' in error && typeof error.errno === 'number')
    return `${code}: ${getSystemErrorMessage(error.errno)}`;
  return error instanceof Error ? error.message : String(error);
}

/** Any failure of a file operation as a coded error about `path`, as it was given. */
export function asWorkspaceError(error: unknown, path: string): RusticError {
  if (isRusticError(error)) return error;
  switch (codeOf(error)) {
    case 'ENOENT':
      return workspaceError('RUSTIC_FS_MISSING', { path }, error);
    case 'ENOTDIR':
      return workspaceError('RUSTIC_FS_NOT_A_DIRECTORY', { path }, error);
    case 'EEXIST':
      return workspaceError('RUSTIC_FS_EXISTS', { path }, error);
    case 'EISDIR':
    case 'ENXIO':
    case 'ENODEV':
      return workspaceError('RUSTIC_FS_NOT_A_FILE', { path }, error);
    // Paths are real before they are opened: a link in one of them was put there afterwards.
    case 'ELOOP':
      return workspaceError('RUSTIC_FS_CHANGED', { path }, error);
    default:
      return workspaceError('RUSTIC_FS_FAILED', { path, reason: reasonOf(error) }, error);
  }
}
