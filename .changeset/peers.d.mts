export const kernel: string;
export const rangeFor: (version: string) => string;
export const wrongRanges: (
  packages: readonly { readonly name: string; readonly peerDependencies?: Readonly<Record<string, string>> }[],
  version: string,
) => readonly string[];
