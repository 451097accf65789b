import type { LockedPlugin } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';

/** What a plugin provides and may touch, in a few lines. */
export function describePlugin({ id, version, linked, manifest, permissions }: LockedPlugin): string {
  const provides = Object.entries(manifest.contributes ?? {}).flatMap(([part, members]) =>
    Object.keys(members ?? {}).map((name) => `${part} ${name}`),
  );
  const lines = [
    `${id}@${version}${linked ? ' (linked)' : ''}`,
    `  provides: ${provides.join(', ') || 'nothing'}`,
    ...permissions.map(({ action, match, reason }) => `  may: ${action} ${match} (${reason})`),
  ];
  return `${lines.map(visibleLine).join('\n')}\n`;
}
