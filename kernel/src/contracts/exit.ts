/** What a process ends with. Source: the table of exit codes in docs/cli.md; 130 and 143 are 128 + the signal. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  config: 3,
  credential: 4,
  permission: 5,
  limit: 6,
  provider: 7,
  tool: 8,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const;

/** The first prefix that fits counts. */
const byPrefix: readonly (readonly [string, number])[] = [
  ['RUSTIC_USAGE', exitCodes.usage],
  ['RUSTIC_TIME_LIMIT', exitCodes.timeout],
  ['RUSTIC_INTERRUPTED', exitCodes.interrupted],
  ['RUSTIC_TERMINATED', exitCodes.terminated],
  ['RUSTIC_MODEL_AUTH', exitCodes.credential],
  ['RUSTIC_SECRET', exitCodes.credential],
  ['RUSTIC_PERMISSION', exitCodes.permission],
  ['RUSTIC_TRUST', exitCodes.permission],
  ['RUSTIC_LOCK_CONSENT', exitCodes.permission],
  ['RUSTIC_LIMIT', exitCodes.limit],
  ['RUSTIC_MODEL_SCENARIO', exitCodes.config],
  ['RUSTIC_MODEL', exitCodes.provider],
  ['RUSTIC_RESILIENCE', exitCodes.provider],
  // Taking changes back is a command of its own, not a tool.
  ['RUSTIC_FS_UNDO', exitCodes.failed],
  ['RUSTIC_FS', exitCodes.tool],
  ['RUSTIC_EXEC', exitCodes.tool],
  ['RUSTIC_HTTP', exitCodes.tool],
  ['RUSTIC_TOOL', exitCodes.tool],
  ['RUSTIC_OPERATION_ABORTED', exitCodes.interrupted],
  ['RUSTIC_OPERATION_TIMEOUT', exitCodes.timeout],
  ['RUSTIC_CONFIG', exitCodes.config],
  ['RUSTIC_BUILD', exitCodes.config],
  ['RUSTIC_PRODUCT', exitCodes.config],
  ['RUSTIC_LOCK', exitCodes.config],
  ['RUSTIC_PLUGIN', exitCodes.config],
  ['RUSTIC_CAPABILITY', exitCodes.config],
  ['RUSTIC_BIND', exitCodes.config],
  ['RUSTIC_RULE', exitCodes.config],
  ['RUSTIC_HOOK_CYCLE', exitCodes.config],
];

/** The exit code an error stands for. Default: 1. */
export const exitCodeOf = (code: string): number =>
  byPrefix.find(([prefix]) => code.startsWith(prefix))?.[1] ?? exitCodes.failed;
