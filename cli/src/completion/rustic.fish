# Completes rustic in fish. To use it: rustic completion fish > ~/.config/fish/completions/rustic.fish
function __rustic_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path $current
            case :folders
                __fish_complete_directories $current
            case '*'
                echo $line
        end
    end
end
complete -c rustic -f -a '(__rustic_complete)'
complete -c rustic-ai -f -a '(__rustic_complete)'
