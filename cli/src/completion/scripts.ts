import bash from './rustic.bash';
import fish from './rustic.fish';
import zsh from './rustic.zsh';

/** What a shell completes is always asked of the program: a script knows no command, so it fits every version. */
export const scripts = { bash, zsh, fish } as const;
