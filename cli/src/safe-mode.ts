import type { Lock, LockedPlugin } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';

const isOfficial = ({ package: name }: LockedPlugin) => name.startsWith('@rustic-ai/plugin-');

/** The lock without the plugins that are not official, and without what was bound to them. Says on stderr what that is. */
export function officialOnly(lock: Lock): Lock {
  const left = lock.plugins.filter((plugin) => !isOfficial(plugin));
  const names = left.map(({ package: name, version }) => `${name}@${version}`).join(', ');
  process.stderr.write(`Safe mode: official plugins only; left out: ${visibleLine(names || 'none')}\n`);
  const gone = new Set(left.flatMap(namesOf));
  const bind = Object.fromEntries(Object.entries(lock.bind).filter(([, to]) => !gone.has(to)));
  return { ...lock, plugins: lock.plugins.filter(isOfficial), bind };
}

/** What a binding can name of a plugin: itself, or a member it contributes. */
function namesOf({ id, manifest }: LockedPlugin): readonly string[] {
  const { service: _, hook: __, ...operations } = manifest.contributes ?? {};
  return [id, ...Object.values(operations).flatMap((members) => Object.keys(members ?? {}))];
}
