// Which kernels a plugin takes. A new major of the kernel widens the range of every official plugin and template; it never
// narrows one, because a plugin of API version 1 goes on running, and because a composition has one kernel for all of them.

export const kernel = '@rustic-ai/kernel';
/** The first kernel that speaks the API version of today's plugins. It moves when `apiVersion` does, and never else. */
const first = '0.1.0';

/** The range of every plugin, beside the kernel of that version. */
export const rangeFor = (version) => `>=${first} <${Number.parseInt(version, 10) + 1}`;

/** What is wrong with the ranges. Shape: `name: range, not range`. Packages without that peer are none of its business. */
export const wrongRanges = (packages, version) =>
  packages.flatMap(({ name, peerDependencies: { [kernel]: range } = {} }) =>
    range === undefined || range === rangeFor(version) ? [] : [`${name}: ${range}, not ${rangeFor(version)}`],
  );
