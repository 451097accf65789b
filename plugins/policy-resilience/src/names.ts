/**
 * The names of what is called, by the id of the call: a tap around a run is told neither, and the gate before it is.
 * A call that was never run leaves its name when it ends.
 */
export function createNames() {
  const names = new Map<string, string>();
  return {
    seen: ({ id, name }: { readonly id: string; readonly name: string }) => void names.set(id, name),
    of: (id: string) => names.get(id),
    ended: ({ id }: { readonly id: string }) => void names.delete(id),
  };
}
