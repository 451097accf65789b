import { workspaceError } from '@rustic-ai/kernel/contracts';

/** Endings by type, or whole names. Source: ripgrep 14, `rg --type-list`, those that are common. */
const types: Readonly<Record<string, string>> = {
  c: '.c .h',
  cpp: '.cc .cpp .cxx .hh .hpp .hxx .h .inl',
  cs: '.cs',
  css: '.css .scss .sass .less',
  docker: 'Dockerfile .dockerfile',
  go: '.go',
  html: '.html .htm .ejs',
  java: '.java .jsp',
  js: '.js .jsx .mjs .cjs .vue',
  json: '.json .jsonl .jsonc',
  kotlin: '.kt .kts',
  lua: '.lua',
  make: 'Makefile makefile GNUmakefile .mk .mak',
  markdown: '.md .markdown .mdx',
  md: '.md .markdown .mdx',
  php: '.php',
  py: '.py .pyi',
  python: '.py .pyi',
  ruby: '.rb .gemspec Gemfile Rakefile',
  rust: '.rs',
  sh: '.sh .bash .zsh .bashrc .profile',
  sql: '.sql',
  swift: '.swift',
  toml: '.toml',
  ts: '.ts .tsx .mts .cts',
  txt: '.txt',
  xml: '.xml .xsd .xsl .svg',
  yaml: '.yaml .yml',
};

/** Whether a name is of a type. Throws: `RUSTIC_FS_PATTERN` for one that is not known. */
export function typeTest(type: string): (name: string) => boolean {
  const ends = Object.hasOwn(types, type) ? types[type]?.split(' ') : undefined;
  if (!ends) {
    const reason = `no such type of file is known, only ${Object.keys(types).join(', ')}`;
    throw workspaceError('RUSTIC_FS_PATTERN', { pattern: type, reason });
  }
  return (name) => ends.some((end) => (end.startsWith('.') ? name.endsWith(end) : name === end));
}
