import type { FileChanges } from '@rustic-ai/kernel/contracts';

/** Makes a change of files, and takes it down where somebody does. */
export type Recorder = FileChanges['record'];

/** Asked for at the first change: to start what takes changes down takes time. */
export const recorderOf =
  ([first]: readonly (() => Promise<FileChanges>)[]): Recorder =>
  async (call, change) =>
    first ? (await first()).record(call, change) : change.make();
