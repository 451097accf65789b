/** Ids of process groups that must not outlive this process. */
const alive = new Set<number>();

/** Signals every process of a group; one that has ended already is no failure. */
export function killGroup(id: number, signal: 'SIGHUP' | 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-id, signal);
  } catch {
    // ESRCH: all of it has ended.
  }
}
/** Whether there was such a process, and it may be killed. */
export function killOne(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it has ended meanwhile.
    return false;
  }
}
function killAll(): void {
  for (const id of alive) killGroup(id, 'SIGKILL');
}

/** Has the group killed when this process exits. Returns the undoing. */
export function guardGroup(id: number): () => void {
  if (alive.size === 0) process.on('exit', killAll);
  alive.add(id);
  return () => {
    alive.delete(id);
    if (alive.size === 0) process.off('exit', killAll);
  };
}
