import type { Progress } from '@rustic-ai/kernel';

type Output = NonNullable<Progress['output']>;
/** How much of each stream is passed on while the command runs. Unit: characters. */
const maxLive = 1024 * 1024;

/** Passes output on as it comes, until there was so much that nobody can be reading along. */
export function createLive(report: (progress: Progress) => void): (output: Output) => void {
  const left = { stdout: maxLive, stderr: maxLive };
  return ({ stream, text }) => {
    if (left[stream] <= 0) return;
    const rest = left[stream] - text.length;
    left[stream] = rest;
    report({ output: { stream, text: rest < 0 ? text.slice(0, rest) : text } });
    if (rest <= 0) report({ output: { stream, text: '\n[… further output is not shown while it runs …]\n' } });
  };
}
