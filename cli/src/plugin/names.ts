/** What a plugin can mostly be. Source: the glossary. */
export const pluginKinds =
  'provider storage tool skills runner agent memory context session workspace workflow trigger command policy telemetry frontend'.split(
    ' ',
  );

/** The id that belongs to a package of this name; undefined: it is no name of a plugin. Source: docs/architecture.md. */
export function pluginIdOf(name: string): string | undefined {
  const [, official] = /^@rustic-ai\/plugin-(.+)$/.exec(name) ?? [];
  const [, scope = '', other] = /^(@[^/]+\/)?rustic-plugin-(.+)$/.exec(name) ?? [];
  return official ?? (other === undefined ? undefined : `${scope}${other}`);
}
