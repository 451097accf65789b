import { kernelError } from '../errors.js';
import type { Renames } from '../lock.js';
import type { Manifest } from '../manifest.js';

/** What every vendor of models takes as the name of a tool. */
const plain = /^[\w-]{1,64}$/;
/** Such as the name of a model: it has several parts. */
const parted = /^[\w./:-]{1,128}$/;

/** A manifest with its operations under other names. Throws: `RUSTIC_CAPABILITY_RENAME`. */
export function renamed(from: string, manifest: Manifest, rename: Renames): Manifest {
  const contributes = { ...manifest.contributes };
  for (const [operation, names] of Object.entries(rename)) {
    const own = Object.hasOwn(contributes, operation) ? { ...contributes[operation] } : {};
    const now = (name: string) => (Object.hasOwn(names, name) ? names[name] : name) as string;
    for (const [name, to] of Object.entries(names)) {
      const refuse = (reason: string) =>
        kernelError('RUSTIC_CAPABILITY_RENAME', { package: from, operation, name, reason });
      if (operation === 'service' || operation === 'hook') throw refuse('only operations have names to change');
      if (!Object.hasOwn(own, name)) throw refuse(`it has only ${Object.keys(own).join(', ') || 'others'}`);
      if (name.endsWith('*')) throw refuse('it stands for many, whose names are not known before they are asked for');
      if (!(plain.test(name) ? plain : parted).test(to)) throw refuse(`"${to}" is no name for it`);
      if (Object.keys(own).some((one) => one !== name && now(one) === to)) throw refuse(`it has a "${to}" already`);
    }
    contributes[operation] = Object.fromEntries(Object.entries(own).map(([name, one]) => [now(name), one]));
  }
  return { ...manifest, contributes };
}
