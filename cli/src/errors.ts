import { createErrors, errorInfo, kernelErrors, type ErrorTable } from '@rustic-ai/kernel';
import { agentErrors, modelErrors, storageErrors, visible, workspaceErrors } from '@rustic-ai/kernel/contracts';

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
    fix: 'Go on with it: rustic run --continue',
  },
  RUSTIC_TERMINATED: {
    severity: 'error',
    message: 'The run was told to end.',
    fix: 'Go on with it: rustic run --continue',
  },
  RUSTIC_TIME_LIMIT: {
    severity: 'error',
    message: 'The run did not end within {limitMs} ms.',
    fix: 'Go on with it: rustic run --continue, or give it a longer --time-limit.',
  },
  RUSTIC_CONFIG_MISSING: {
    severity: 'error',
    message: 'There is no composition at {file}.',
    fix: 'Check the path, or write a rustic.json there.',
  },
  RUSTIC_CONFIG_INVALID: {
    severity: 'error',
    message: '{file}:{line}:{column}: {reason}',
    fix: '{hint}',
  },
  RUSTIC_LOCK_CONSENT: {
    severity: 'error',
    message: 'The new lock lets in more than before, and nobody agreed to that:\n{changes}',
    fix: 'If this is what you want, run: rustic lock --accept',
  },
  RUSTIC_TRUST_CONSENT: {
    severity: 'error',
    message: 'Nobody said that {folder} may be trusted.',
    fix: 'If you trust what is shown above, run: rustic trust --yes',
  },
  RUSTIC_EXPLAIN_UNKNOWN: { severity: 'error', message: 'There is no error code "{code}".', fix: '{hint}' },
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
  ...agentErrors,
  ...storageErrors,
  ...workspaceErrors,
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
