import { getSystemErrorMessage } from 'node:util';
import { isRusticError } from '@rustic-ai/kernel';
import { workspaceError } from '@rustic-ai/kernel/contracts';

/** What the system calls a failure, such as `ENOENT`. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const codes = {
  ENOENT: 'RUSTIC_FS_MISSING',
  ENOTDIR: 'RUSTIC_FS_NOT_A_DIRECTORY',
  EEXIST: 'RUSTIC_FS_EXISTS',
  EISDIR: 'RUSTIC_FS_NOT_A_FILE',
  ELOOP: 'RUSTIC_FS_CHANGED',
} as const;
const isKnown = (code: string): code is keyof typeof codes => Object.hasOwn(codes, code);

/** Does something to a path. Throws: what goes wrong, as `RUSTIC_FS_*`. */
export async function coded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isRusticError(error)) throw error;
    const code = codeOf(error);
    if (isKnown(code)) throw workspaceError(codes[code], { path }, error);
    const { message, errno } = error as NodeJS.ErrnoException;
    // What the system said, without the paths it said it about.
    const reason = errno === undefined ? message : `${code}: ${getSystemErrorMessage(errno)}`;
    throw workspaceError('RUSTIC_FS_FAILED', { path, reason }, error);
  }
}
