import { createErrors, type ErrorTable } from '@rustic-ai/kernel';

/** What can go wrong while a plugin is created; nothing that was written is left then. */
export const createPluginErrors = {
  RUSTIC_USAGE_CREATE: { severity: 'error', message: '{reason}', fix: 'Run: npm create rustic-plugin -- --help' },
  RUSTIC_USAGE_NAME: {
    severity: 'error',
    message: '"{name}" can not be the name of a plugin: it must be {rule}.',
    fix: 'Choose another with: --name my-plugin',
  },
  RUSTIC_USAGE_SCOPE: {
    severity: 'error',
    message: '"{scope}" can not be a scope: it must be lower-case letters, digits and dashes.',
    fix: 'Choose another with: --scope my-company',
  },
  RUSTIC_CONFIG_INSTALL: {
    severity: 'error',
    message: '"{command}" failed, so nothing was written: {reason}',
    fix: 'Repair what stands above and run this again; to write the plugin without a network, add: --no-install',
  },
  RUSTIC_CONFIG_FOLDER_TAKEN: {
    severity: 'error',
    message: 'There is something at {folder} already: {found}.',
    fix: 'Name a folder that is empty or does not exist.',
  },
  RUSTIC_CONFIG_FOLDER_WRITE: {
    severity: 'error',
    message: '{file} can not be written: {reason}',
    fix: 'Name a folder you may write to.',
  },
} as const satisfies ErrorTable;

export const createPluginError = createErrors(createPluginErrors);
