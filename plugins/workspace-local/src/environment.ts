import type { Host } from '@rustic-ai/kernel/contracts';

const allowed = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TERM', 'TZ', 'TMPDIR', 'SHELL'];
/** What makes bash run something before the line, or read the line otherwise. Source: bash(1), "Shell Variables". */
const steersShell = /^(BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*)$/;

/** The environment of a child: a few variables of the host, and those given. */
export function childEnvironment(options: {
  env: Host['env'];
  given: Readonly<Record<string, string>>;
  shell: boolean;
}): Record<string, string> {
  const all = Object.entries({ ...options.env(allowed), ...options.given });
  return Object.fromEntries(options.shell ? all.filter(([name]) => !steersShell.test(name)) : all);
}
