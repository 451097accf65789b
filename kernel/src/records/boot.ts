/** One plugin in the story of a boot. Unit: ms. */
export interface BootStep {
  readonly plugin: string;
  readonly version: string;
  readonly state: 'declared' | 'starting' | 'active' | 'failed' | 'disposed';
  /** Who asked for it first. */
  readonly askedBy?: string;
  readonly importMs?: number;
  readonly setupMs?: number;
  readonly error?: string;
}
export interface Explanation {
  readonly plugins: readonly BootStep[];
  readonly totalMs: number;
  /** The steps as a tree: below each plugin those it caused to start. */
  readonly text: string;
}

export function explainBoot(steps: readonly BootStep[], totalMs: number): Explanation {
  const ms = (value: number | undefined) => `${(value ?? 0).toFixed(1)} ms`;
  const line = (step: BootStep) => {
    const timing = step.importMs === undefined ? '' : `, import ${ms(step.importMs)}, setup ${ms(step.setupMs)}`;
    return `${step.plugin}@${step.version} ${step.state}${timing}${step.error ? `: ${step.error}` : ''}`;
  };
  const ids = new Set(steps.map((step) => step.plugin));
  const tree = (parent: string | undefined, indent: string): string[] => {
    const children = steps.filter((step) =>
      parent === undefined ? !ids.has(step.askedBy ?? '') : step.askedBy === parent,
    );
    return children.flatMap((step, index) => {
      const last = index === children.length - 1;
      return [`${indent}${last ? '└─' : '├─'} ${line(step)}`, ...tree(step.plugin, `${indent}${last ? '   ' : '│  '}`)];
    });
  };
  return { plugins: steps, totalMs, text: [`kernel ready in ${ms(totalMs)}`, ...tree(undefined, '')].join('\n') };
}
