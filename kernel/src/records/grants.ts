import type { Access, Origin } from '../capability.js';
import { randomName } from '../digest.js';
import { compileRules, withScope } from '../permissions/match/rules.js';
import type { Grant, Grants, Rule } from '../permissions/types.js';

/** Who asks. */
export interface Asker {
  readonly call: { readonly origin: Origin };
  readonly member: { readonly plugin: string; readonly operation: { readonly id: string }; readonly name: string };
}
/** What a person allowed for longer than once. */
export interface Remembered {
  /** Whether it answers an ask: what was granted to this plugin, operation and name, together with the rules that allow. */
  covers(access: Access, asker: Asker): Promise<boolean>;
  /** Keeps an answer as durably as the composition can. Throws: what the store throws. */
  keep(rule: Rule, scope: Grant['scope'], expires: string | undefined, asker: Asker): Promise<void>;
}

/** The store of a composition without one: as long as the process lives. */
function inMemory(): Grants {
  const kept = new Map<string, Grant>();
  return {
    list: async () => [...kept.values()],
    add: async (grant) => void kept.set(grant.id, grant),
    revoke: async (id) => kept.delete(id),
  };
}

export function createRemembered(
  parts: Parameters<typeof compileRules>[0] & {
    /** Default: kept in memory. */ readonly store: () => Promise<Grants | undefined>;
  },
): Remembered {
  const memory = inMemory();
  const store = async () => (await parts.store()) ?? memory;
  const boundTo = ({ call, member }: Asker) => {
    const places = { session: call.origin.session, project: parts.paths.root, user: undefined };
    const { plugin, name } = member;
    return { plugin, operation: member.operation.id, name, places };
  };
  return {
    async covers(access, asker) {
      const { plugin, operation, name, places } = boundTo(asker);
      const granted = (await (await store()).list()).filter(
        (grant) =>
          grant.plugin === plugin &&
          grant.operation === operation &&
          grant.name === name &&
          grant.within === places[grant.scope],
      );
      if (granted.length === 0) return false;
      // An ask that may be remembered is answered; a deny, and an ask for every time, still stand.
      const standing = parts.rules.filter(({ effect, every }) => effect !== 'ask' || every);
      const rules = [
        ...standing,
        ...withScope(
          granted.map(({ rule }) => rule),
          'session',
        ),
      ];
      const verdict = await compileRules({ ...parts, rules }).judge(access, { call: asker.call, plugin });
      return verdict.effect === 'allow';
    },
    async keep(rule, scope, expires, asker) {
      const { plugin, operation, name, places } = boundTo(asker);
      const within = places[scope];
      await (
        await store()
      ).add({
        id: randomName(),
        plugin,
        operation,
        name,
        rule: { ...rule, ...(expires && { expires }) },
        scope,
        ...(within !== undefined && { within }),
        grantedAt: new Date(parts.now()).toISOString(),
      });
    },
  };
}
