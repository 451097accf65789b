/** What an error says to a program: data that crosses packages, sessions and streams. */
export interface ErrorInfo {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
  readonly details?: { readonly [name: string]: Json };
}

/** JSON values only cross package borders. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One row of an error table. `{name}` in a text is filled from the details of that name. */
export interface ErrorRow {
  readonly severity: 'error' | 'fatal';
  readonly message: string;
  readonly fix: string;
}
export type ErrorTable = Readonly<Record<string, ErrorRow>>;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
/** The details a row needs: one value for each `{name}` in its two texts. */
export type DetailsOf<Row extends ErrorRow> = { readonly [Name in Names<Row['message'] | Row['fix']>]: Json };

const brand = Symbol.for('rustic-ai.error');

/** The one error class. Recognised by a brand, so that it works across two copies of the kernel. */
export class RusticError extends Error {
  override readonly name = 'RusticError';
  readonly [brand] = true;
  readonly code: string;
  readonly fix: string | undefined;
  readonly details: { readonly [name: string]: Json };
  constructor(
    info: { code: string; message: string; fix?: string; details?: { readonly [name: string]: Json } },
    cause?: unknown,
  ) {
    super(info.message, cause === undefined ? undefined : { cause });
    this.code = info.code;
    this.fix = info.fix;
    this.details = info.details ?? {};
  }
}

export const isRusticError = (value: unknown): value is RusticError =>
  typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true;

/** What went wrong, in words; anything can be thrown. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'it can not be shown';
  }
}

/** The error as data; anything that is not a `RusticError` becomes `RUSTIC_INTERNAL`. */
export function errorInfo(error: unknown): ErrorInfo {
  const known = isRusticError(error) ? error : kernelError('RUSTIC_INTERNAL', { reason: reasonOf(error) });
  const { code, message, fix, details } = known;
  return { code, message, ...(fix && { fix }), ...(Object.keys(details).length > 0 && { details }) };
}

/** Makes the function that throws from one table: `throw fail('RUSTIC_…', { … })`. */
export function createErrors<Table extends ErrorTable>(table: Table) {
  return <Code extends keyof Table & string>(
    code: Code,
    details: DetailsOf<Table[Code]> & { readonly [name: string]: Json },
    cause?: unknown,
  ): RusticError => {
    const row = table[code] as ErrorRow;
    const fill = (text: string) =>
      text.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = (details as Record<string, Json>)[name];
        return typeof value === 'string' ? value : JSON.stringify(value);
      });
    return new RusticError({ code, message: fill(row.message), fix: fill(row.fix), details }, cause);
  };
}

const row = <const Message extends string, const Fix extends string>(
  message: Message,
  fix: Fix,
  severity: ErrorRow['severity'] = 'error',
) => ({ severity, message, fix });

/** Every error the kernel throws. Codes are never reused; `docs/errors.md` is generated from this and the other tables. */
// prettier-ignore
export const kernelErrors = {
  RUSTIC_INTERNAL: row('Something threw an error without a code: {reason}', 'Report it with the output of --debug.'),
  RUSTIC_PLUGIN_UNKNOWN: row('The plugin "{package}" is not installed where {from} looks for it.', 'Run: npm install {package}'),
  RUSTIC_PLUGIN_MANIFEST: row('The manifest of "{package}" can not be used: {reason}', 'Fix package.json#rustic of {package}, or use a version whose manifest is valid.'),
  RUSTIC_PLUGIN_API: row('The plugin "{package}" speaks API version {found}; this kernel speaks {supported}.', 'Install a version of {package} for API version {supported}.'),
  RUSTIC_PLUGIN_ISOLATION: row('The plugin "{plugin}" asks for isolation "{isolation}", which this kernel does not offer.', 'Use a plugin that runs in-process, or a later kernel.'),
  RUSTIC_PLUGIN_LOAD: row('The plugin "{plugin}" could not be loaded: {reason}', 'Reinstall it, or report the error to its author.'),
  RUSTIC_PLUGIN_SETUP: row('The plugin "{plugin}" failed while starting: {reason}', 'Check its options in the composition; disable it with "enabled": false to go on without it.'),
  RUSTIC_PLUGIN_DISPOSE: row('A part of the plugin "{plugin}" could not be undone: {reason}', 'Report it to the author of {plugin}; end the process to be rid of it.'),
  RUSTIC_PLUGIN_OPTIONS: row('The options of "{plugin}" are not valid: {path} {reason}', 'Correct {path} under the options of {plugin}.'),
  RUSTIC_PLUGIN_UNDECLARED: row('The plugin "{plugin}" returned {what}, which its manifest does not declare.', 'Declare it under "contributes", then run: rustic lock'),
  RUSTIC_PLUGIN_MISSING_PART: row('The plugin "{plugin}" declares {what} but its setup did not return it.', 'Return it from setup, or remove it from "contributes".'),
  RUSTIC_PLUGIN_CHANGED: row('The content of "{package}" is not what the lock recorded: {file} differs.', 'Review what changed, then run: rustic lock --accept'),
  RUSTIC_PLUGIN_CRITICAL: row('The critical plugin "{plugin}" failed, so nothing may run: {reason}', 'Repair {plugin}, or remove it from the composition on purpose.', 'fatal'),
  RUSTIC_PLUGIN_DUPLICATE: row('Two plugins of the composition have the id "{plugin}".', 'Remove one of them from the composition.'),
  RUSTIC_PLUGIN_CYCLE: row('Plugins require each other in a circle: {path}', 'Remove one of the requirements in this circle.'),
  RUSTIC_CAPABILITY_MISSING: row('"{plugin}" requires "{capability}", and no plugin of the composition provides it.', 'Add a plugin that provides {capability}.'),
  RUSTIC_CAPABILITY_UNKNOWN: row('"{plugin}" names "{capability}", which no contract defines.', 'Check the spelling, or pass the contracts package that defines {capability}.'),
  RUSTIC_CAPABILITY_AMBIGUOUS: row('Several plugins provide "{capability}": {plugins}.', 'Choose one for {capability} under "bind" in the composition.'),
  RUSTIC_CAPABILITY_TAKEN: row('Two plugins contribute the {operation} "{name}": {first} and {second}.', 'Give it another name of one of them with "rename", or remove one.'),
  RUSTIC_CAPABILITY_RENAME: row('The {operation} "{name}" of {package} can not be renamed: {reason}.', 'Correct "rename" at {package} in the composition.'),
  RUSTIC_CAPABILITY_NOT_FOUND: row('There is no {operation} named "{name}".', 'Use one of: {known}'),
  RUSTIC_BIND_INVALID: row('The composition binds "{capability}" to "{to}", which does not provide it.', 'Bind it to one of: {known}'),
  RUSTIC_HOOK_CYCLE: row('The taps on "{hook}" are ordered in a circle: {path}', 'Remove one of these before/after edges.'),
  RUSTIC_HOOK_FAILED: row('A tap of "{plugin}" {version} on "{hook}" failed: {reason}', 'Report it to the author of {plugin}.'),
  RUSTIC_HOOK_TIMEOUT: row('A tap of "{plugin}" {version} on "{hook}" did not answer within {limitMs} ms.', 'Report it to the author of {plugin}.'),
  RUSTIC_GATE_UNAVAILABLE: row('The gate tap of "{plugin}" {version} on "{hook}" can not answer, so the answer is no: {reason}', 'Repair or remove {plugin}.'),
  RUSTIC_OPERATION_INPUT: row('The input of {operation} "{name}" is not valid: {path} {reason}', 'Call it again with an input that fits its schema.'),
  RUSTIC_OPERATION_TIMEOUT: row('{operation} "{name}" did not finish within {limitMs} ms.', 'Give it less to do, or a longer limit.'),
  RUSTIC_OPERATION_ABORTED: row('{operation} "{name}" was cancelled.', 'Run it again if you still want it.'),
  RUSTIC_OPERATION_EFFECTS: row('{operation} "{name}" declares no effects and yet an access to {action}.', 'Its author must declare its effects.'),
  RUSTIC_OPERATION_FAILED: row('{operation} "{name}" of "{plugin}" failed: {reason}', 'Report it to the author of {plugin}.'),
  RUSTIC_CALL_INVALID: row('The call passed to {operation} "{name}" has ended or was not made by this kernel.', 'Pass on the call that "run" received, while it runs.'),
  RUSTIC_PERMISSION_DENIED: row('Permission denied for {operation} "{name}": {access} ({by}). {message}', 'Do it another way, or ask the person who runs this to allow it.'),
  RUSTIC_PERMISSION_CEILING: row('The plugin "{plugin}" was never granted {access}.', 'Its manifest must ask for it; then run: rustic lock --accept'),
  RUSTIC_GRANT_NOT_KEPT: row('The answer for this {scope} could not be kept, so it counted once: {reason}', 'Repair the storage plugin, then answer so again.'),
  RUSTIC_AUDIT_UNAVAILABLE: row('The decision could not be written to the audit log, so nothing was run: {reason}', 'Repair the storage plugin that keeps the audit log, then try again.'),
  RUSTIC_RULE_INVALID: row('The permission rule {rule} can not be used: {reason}', 'Correct it where it stands.'),
  RUSTIC_LOCK_MISSING: row('There is no lock at {path}.', 'Run: rustic lock'),
  RUSTIC_LOCK_INVALID: row('The lock at {path} can not be read: {reason}', 'Run: rustic lock'),
  RUSTIC_LOCK_ALTERED: row('The lock at {path} was changed after it was made: its digest does not fit its content.', 'Restore it from version control, or run: rustic lock --accept'),
  RUSTIC_LOCK_STALE: row('{input} changed after the lock was made.', 'Review the change, then run: rustic lock'),
  RUSTIC_SECRET_MISSING: row('The secret {reference} has no value.', 'Set it, then run the command again.'),
  RUSTIC_KERNEL_DISPOSED: row('The kernel was disposed.', 'Create another one.'),
} as const satisfies ErrorTable;

export const kernelError = createErrors(kernelErrors);
