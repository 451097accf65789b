import { storageError } from './storage-errors.js';

/** Whether something can have this name, or these; undefined is none. Nothing is found by any other. */
export const areNames = (...texts: readonly (string | null | undefined)[]): boolean =>
  texts.every((text) => text === null || text === undefined || (text.isWellFormed() && !text.includes('\0')));

/**
 * Demands that names can be kept as they are by every store. Undefined is no name.
 *
 * Shape: from what each is, for people, to the name or names.
 * Throws: `RUSTIC_STORAGE_TEXT` for a zero character or a lone surrogate.
 */
export function demandText(names: { readonly [what: string]: string | readonly string[] | null | undefined }): void {
  for (const what of Object.keys(names)) {
    const given = names[what] ?? [];
    for (const text of typeof given === 'string' ? [given] : given)
      if (!areNames(text)) throw storageError('RUSTIC_STORAGE_TEXT', { what, text: JSON.stringify(text) });
  }
}
