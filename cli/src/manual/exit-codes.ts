/** What each exit code says, by its name: the words of the manual and of docs/cli.md. */
export const meanings: Readonly<Record<string, string>> = {
  ok: 'it worked',
  failed: 'the run failed',
  usage: 'the command line is wrong',
  config: 'the composition, its lock or a plugin can not be used',
  credential: 'a credential is missing or refused',
  permission: 'a permission was refused, or the folder is not trusted',
  limit: 'a limit was reached',
  provider: 'the model or the network failed',
  tool: 'a failure of a tool made the run fail',
  timeout: 'it took too long',
  interrupted: 'it was interrupted (SIGINT)',
  terminated: 'it was told to end (SIGTERM)',
};
