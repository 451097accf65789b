import { createErrors, errorInfo, kernelErrors, type ErrorTable } from '@rustic-ai/kernel';
import {
  agentErrors,
  httpErrors,
  modelErrors,
  replayErrors,
  resilienceErrors,
  skillErrors,
  storageErrors,
  visible,
  workspaceErrors,
} from '@rustic-ai/kernel/contracts';

export const cliErrors = {
  RUSTIC_USAGE: { severity: 'error', message: '{reason}', fix: '{hint}' },
  RUSTIC_NODE_VERSION: {
    severity: 'fatal',
    message: 'rustic needs Node 22.19 or later; this is Node {found}.',
    fix: 'Install a current Node from https://nodejs.org, then run the command again.',
  },
  RUSTIC_INTERRUPTED: {
    severity: 'error',
    message: 'The run was interrupted.',
    fix: 'Go on with it: rustic run --continue "go on"',
  },
  RUSTIC_TERMINATED: {
    severity: 'error',
    message: 'The run was told to end.',
    fix: 'Go on with it: rustic run --continue "go on"',
  },
  RUSTIC_TIME_LIMIT: {
    severity: 'error',
    message: 'The run did not end within {limitMs} ms.',
    fix: 'Go on with it: rustic run --continue "go on"; or give it a longer --time-limit.',
  },
  RUSTIC_CONFIG_HOME: {
    severity: 'error',
    message: 'There is no home folder: HOME is not set, and the system knows none of this user.',
    fix: 'Set it to a folder you can write to: export HOME=/tmp/home',
  },
  RUSTIC_CONFIG_OPEN: {
    severity: 'error',
    message: 'Others can look into {folder}.',
    fix: 'Run: rustic doctor --fix',
  },
  RUSTIC_BUILD_TOOL: {
    severity: 'error',
    message: 'Building needs the package {name}, which is not installed.',
    fix: 'Run: npm install --save-dev {name}',
  },
  RUSTIC_BUILD_PLUGIN: {
    severity: 'error',
    message: '{plugin} can not be part of what is built: {reason}',
    fix: 'Take it out of the composition, or build another --format.',
  },
  RUSTIC_BUILD_FILE: {
    severity: 'error',
    message: '{name} can not be part of a single file: {reason}.',
    fix: 'Build a folder or an executable: rustic build --format folder',
  },
  RUSTIC_BUILD_OUT: {
    severity: 'error',
    message: '{out} can not be built to: {reason}.',
    fix: 'Name another folder with --out.',
  },
  RUSTIC_BUILD_NAME: {
    severity: 'error',
    message: '"{name}" can not be the name of a program.',
    fix: 'Give it one of lower-case letters, digits and dashes: rustic build --name my-cli',
  },
  RUSTIC_PRODUCT_DAMAGED: {
    severity: 'fatal',
    message: '{file} is not as it was built.',
    fix: 'Install this program again.',
  },
  RUSTIC_PRODUCT_PLUGIN: {
    severity: 'error',
    message: 'What this program holds of {plugin} is no plugin.',
    fix: 'Build it again from a lock that rustic prove accepts.',
  },
  RUSTIC_CONFIG_MISSING: {
    severity: 'error',
    message: 'There is no composition at {file}.',
    fix: 'Check the path, or begin one there: rustic init',
  },
  RUSTIC_CONFIG_INVALID: {
    severity: 'error',
    message: '{file}:{line}:{column}: {reason}',
    fix: '{hint}',
  },
  RUSTIC_CONFIG_SEVERAL: {
    severity: 'error',
    message: 'In {folder} stand {files}, and only one of them can count.',
    fix: 'Keep the one you mean, and move the others away.',
  },
  RUSTIC_CONFIG_BY_HAND: {
    severity: 'error',
    message: '{file} is no JSON, which is all that is edited here; nothing was changed. What it takes:\n{diff}',
    fix: 'Apply that by hand, then run: {next}',
  },
  RUSTIC_CONFIG_KEY: { severity: 'error', message: 'There is no setting "{key}".', fix: '{hint}' },
  RUSTIC_CONFIG_VALUE: { severity: 'error', message: '{key} can not be that: {reason}', fix: '{hint}' },
  RUSTIC_CONFIG_WRITE: {
    severity: 'error',
    message: '{file} can not be written: {reason}',
    fix: 'Remove what stands in its place, or make the folder writable; then run the command again.',
  },
  RUSTIC_CONFIG_LAYER: { severity: 'error', message: '{file} can not be used: {reason}', fix: '{hint}' },
  RUSTIC_CONFIG_LAYER_PLUGIN: {
    severity: 'error',
    message: '{file} names the plugin "{package}", which the lock does not hold.',
    fix: 'Remove it there, or add {package} to the composition and run: rustic lock',
  },
  RUSTIC_CONFIG_LAYER_PERMISSION: {
    severity: 'error',
    message: 'The options of {plugin} in {file} would give it {permission}, which the lock does not grant.',
    fix: 'Set them in the composition instead, then run: rustic lock --accept',
  },
  RUSTIC_LOCK_WRITE: {
    severity: 'error',
    message: 'The lock can not be written to {path}: {reason}',
    fix: 'Remove what stands in its place, or make the folder writable; then run: rustic lock',
  },
  RUSTIC_LOCK_CONSENT: {
    severity: 'error',
    message: 'The new lock lets in more than before, and nobody agreed to that:\n{changes}',
    fix: 'If this is what you want, run: rustic lock --accept',
  },
  RUSTIC_LOCK_CONSENT_CHANGE: {
    severity: 'error',
    message: 'This lets in more than before, and nobody agreed to that:\n{changes}',
    fix: 'If this is what you want, run the command again with --yes',
  },
  RUSTIC_INSTALL_FAILED: {
    severity: 'error',
    message: '{what} failed: {reason}',
    fix: 'Correct what it names, then run the command again.',
  },
  RUSTIC_INTERRUPTED_CHANGE: {
    severity: 'error',
    message: 'The change was interrupted, and undone.',
    fix: 'Run the command again.',
  },
  RUSTIC_TERMINATED_CHANGE: {
    severity: 'error',
    message: 'The change was told to end, and undone.',
    fix: 'Run the command again.',
  },
  RUSTIC_CONFIG_EXISTS: {
    severity: 'error',
    message: 'There is a composition already: {file}',
    fix: 'Change it with: rustic add; or move it away first.',
  },
  RUSTIC_CONFIG_OPTION: {
    severity: 'error',
    message: 'The plugin "{plugin}" needs the option {option}: {description}',
    fix: 'Run the command again with --option {option}=VALUE',
  },
  RUSTIC_BIND_CHOICE: {
    severity: 'error',
    message: 'Several plugins provide "{capability}", and none is chosen: {known}.',
    fix: 'Write into {file}: {line}; rustic add takes it as --bind {choice}',
  },
  RUSTIC_SECRET_UNKNOWN: {
    severity: 'error',
    message: 'There is no credential "{name}".',
    fix: 'Run: rustic auth add {name}',
  },
  RUSTIC_SECRET_KEYCHAIN: {
    severity: 'error',
    message: 'The credential "{name}" is in your keychain, which can not be read now.',
    fix: 'Unlock it and run the command again, or keep it in a file instead: rustic auth add {name} --file',
  },
  RUSTIC_SECRET_EXPOSED: {
    severity: 'error',
    message: 'Others can read {path}, where credentials are, so nothing of it was used.',
    fix: 'Change the secrets in it if others may have read them, then run: rustic doctor --fix',
  },
  RUSTIC_SECRET_FILE: {
    severity: 'error',
    message: 'The credentials in {file} can not be read: {reason}.',
    fix: 'Remove the file, then add them again: rustic auth add NAME',
  },
  RUSTIC_TRUST_REQUIRED: {
    severity: 'error',
    message: 'The folder {folder} is not trusted{since}, so nothing of it was loaded.',
    fix: 'Look at what it would load, then run: rustic trust',
  },
  RUSTIC_TRUST_CONSENT: {
    severity: 'error',
    message: 'Nobody said that {folder} may be trusted.',
    fix: 'If you trust what is shown above, run: rustic trust --yes',
  },
  RUSTIC_EXPLAIN_UNKNOWN: { severity: 'error', message: 'There is no error code "{code}".', fix: '{hint}' },
  RUSTIC_PLUGIN_PEER: {
    severity: 'error',
    message: 'The plugin "{plugin}" is made for kernel {range}; this is {version}.',
    fix: 'Install a version of {package} for kernel {version}, or a rustic-ai whose kernel fits.',
  },
  RUSTIC_STORAGE_UNSOUND: {
    severity: 'error',
    message: '{place} is damaged:\n{flaws}',
    fix: 'Restore it from a backup; what can still be read can be kept first with: rustic session export',
  },
  RUSTIC_STORAGE_COPY: {
    severity: 'error',
    message: 'What {to} keeps is not what {from} gave: sha256 {found} instead of {digest}.',
    fix: 'Do not use the copy. Copy into a new database, while nobody else writes to it.',
  },
  RUSTIC_IMPORT_INVALID: {
    severity: 'error',
    message: '{file} is no exported session: {reason}.',
    fix: 'Export it again: rustic session export ID --format jsonl',
  },
  RUSTIC_GRANT_UNKNOWN: {
    severity: 'error',
    message: 'There is no remembered answer "{id}".',
    fix: 'Run: rustic permissions list',
  },
  RUSTIC_GRANT_PREFIX: {
    severity: 'error',
    message: 'Several remembered answers begin with "{id}": {matches}',
    fix: 'Type more of the id.',
  },
  RUSTIC_CASES_FAILED: {
    severity: 'error',
    message: '{failed} of {count} cases got another decision than expected.',
    fix: 'Correct the rules, or what is expected of them.',
  },
  RUSTIC_AUDIT_ALTERED: {
    severity: 'error',
    message: 'Entry {seq} of the audit log is not as it was written ({wrong}): {reason}.',
    fix: 'Restore the log from a backup, and find out who could write to it; the {entries} entries before are whole.',
  },
  RUSTIC_PROVE_FAILED: {
    severity: 'error',
    message: '{count} of the claims do not hold.',
    fix: 'Do what stands below each of them.',
  },
  RUSTIC_PLUGIN_FOLDER: {
    severity: 'error',
    message: '{folder} is no folder of a plugin: {reason}.',
    fix: 'Name the folder its package.json is in.',
  },
  RUSTIC_PLUGIN_CHECK: { severity: 'error', message: '{what}.', fix: '{fix}' },
  RUSTIC_PLUGIN_CHECK_FAILED: {
    severity: 'error',
    message: '{count} of the checks failed.',
    fix: 'Do what stands below each of them.',
  },
  RUSTIC_PLUGIN_BUILD: {
    severity: 'error',
    message: 'It can not be built: {reason}',
    fix: 'Correct it; to see more, run: npm run build',
  },
  RUSTIC_PLUGIN_README: {
    severity: 'error',
    message: '{file} is not what the manifest says.',
    fix: 'Run in that folder: rustic plugin docs',
  },
  RUSTIC_SKILL_INVALID: { severity: 'error', message: '{file}: {reason}.', fix: '{fix}' },
  RUSTIC_SKILL_STALE: {
    severity: 'error',
    message: '{what} is not what skills/ makes of it.',
    fix: 'Run in its folder: rustic plugin bundle',
  },
  RUSTIC_DOCTOR_FAILED: {
    severity: 'error',
    message: '{count} of the checks failed.',
    fix: 'Do what stands below each of them.',
  },
} as const satisfies ErrorTable;

export const cliError = createErrors(cliErrors);
export const kernelError = createErrors(kernelErrors);

/** Every code of this install's official packages. */
export const allErrors: ErrorTable = {
  ...kernelErrors,
  ...modelErrors,
  ...replayErrors,
  ...resilienceErrors,
  ...agentErrors,
  ...storageErrors,
  ...workspaceErrors,
  ...httpErrors,
  ...skillErrors,
  ...cliErrors,
};

/** What happened, and the fix; with `debug` also where it came from. */
export function formatError(error: unknown, debug: boolean): string {
  const { code, message, fix } = errorInfo(error);
  const lines = [`${code}: ${message}`, ...(fix ? [`Fix: ${fix}`] : []), `More: rustic explain ${code}`];
  if (!debug) return visible(`${lines.join('\n')}\n`);
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) causes.push(at.stack ?? at.message);
  return visible(`${[...lines, ...causes].join('\n')}\n`);
}
