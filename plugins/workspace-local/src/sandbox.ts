import { type HealthCheck, workspaceError } from '@rustic-ai/kernel/contracts';

export type SandboxMode = 'auto' | 'require' | 'off';
type Argv = readonly [program: string, args: readonly string[]];
/** What stands between commands and this machine. */
export interface Sandbox {
  /** What to start so that the command runs inside; without a sandbox, the command. Throws: `RUSTIC_EXEC_SANDBOX`. */
  around(argv: Argv, options: { readonly terminal: boolean }): Promise<Argv>;
  /** Why there is none although there should be. */
  missing(): Promise<string | undefined>;
}

/**
 * A sandbox of bubblewrap: the workspace can be written to, `/tmp` is empty and its own, everything else can only be read,
 * other processes are not seen, and all that was started ends with the command.
 *
 * Shape: `attempt` runs a program to see whether it can be; it gives why not.
 */
export function createSandbox(parts: {
  readonly mode: SandboxMode;
  readonly network: boolean;
  readonly root: string;
  readonly attempt: (argv: Argv) => Promise<string | undefined>;
}): Sandbox {
  const { mode, network, root } = parts;
  const inside = (terminal: boolean): readonly string[] => [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--bind', root, root],
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent'],
    ...(network ? [] : ['--unshare-net']),
    // Without its own session a command could type into the terminal that rustic runs in; here it has one anyway.
    ...(terminal ? [] : ['--new-session']),
    '--',
  ];
  let found: Promise<string | undefined> | undefined;
  const missing = async () =>
    mode === 'off' ? undefined : (found ??= parts.attempt(['bwrap', [...inside(false), 'true']]));
  return {
    missing,
    async around([program, args], { terminal }) {
      if (mode === 'off') return [program, args];
      const reason = await missing();
      if (reason === undefined) return ['bwrap', [...inside(terminal), program, ...args]];
      if (mode === 'require') throw workspaceError('RUSTIC_EXEC_SANDBOX', { reason });
      return [program, args];
    },
  };
}

/** Says whether commands are confined, and if not, that they have all rights of who runs this. */
export function sandboxCheck(
  { sandbox, network }: { readonly sandbox: SandboxMode; readonly network: boolean },
  missing: string | undefined,
): HealthCheck {
  const name = 'sandbox of workspace-local';
  const free = 'commands run with all rights of this user';
  if (sandbox === 'off') return { name, ok: true, note: `off: ${free}` };
  if (missing === undefined)
    return {
      name,
      ok: true,
      note: `bubblewrap: commands write to the workspace only, ${network ? 'with' : 'without'} network`,
    };
  const note = `not there, although it is "${sandbox}" (${missing})`;
  if (sandbox === 'auto') return { name, ok: true, note: `${note}: ${free}` };
  return { name, ok: false, note: `${note}: no command runs`, fix: 'Install the package "bubblewrap".' };
}
