/** An esbuild plugin: leaves out chunks that nothing imports, such as what only the kernel itself would load later. */
export const withoutUnreached = (entries) => ({
  name: 'without-unreached',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd((result) => {
      const outputs = result.metafile?.outputs ?? {};
      const reached = new Set();
      const reach = (path) => {
        if (reached.has(path) || !outputs[path]) return;
        reached.add(path);
        for (const imported of outputs[path].imports) reach(imported.path);
      };
      for (const [path, { entryPoint }] of Object.entries(outputs)) if (entries.includes(entryPoint)) reach(path);
      result.outputFiles = result.outputFiles?.filter(({ path }) =>
        [...reached].some((one) => path.replaceAll('\\', '/').endsWith(`/${one}`)),
      );
    });
  },
});
