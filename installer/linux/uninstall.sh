#!/bin/sh
# Removes the Portway that install.sh put into this user's home: its own files, nothing else.
#
#   uninstall.sh                     ask about the mappings and settings; from the menu, if at all
#   uninstall.sh --keep-profile      keep them
#   uninstall.sh --remove-profile    remove them, too
set -eu
data=${XDG_DATA_HOME:-$HOME/.local/share}
config=${XDG_CONFIG_HOME:-$HOME/.config}
home=$HOME/.local/lib/portway
command=$HOME/.local/bin/portway
profile=$config/portway
choice=${1-ask}

ask() { # in the terminal, or from the menu in a window of Portway's own
    if [ -t 0 ]; then
        [ -d "$profile" ] || return 0
        printf 'Remove your mappings and settings in %s, too? [y/N] ' "$profile"
        read -r answer || answer=
        case $answer in [yY]*) choice=--remove-profile ;; esac
        return 0
    fi
    case $("$home/portway" ask-uninstall 2>/dev/null) in
        cancel) exit 0 ;;
        remove) choice=--remove-profile ;;
    esac # anything else is a Portway that cannot ask: one that is broken must go, too
}

case $choice in
    ask) ask ;;
    --keep-profile | --remove-profile) ;;
    *)
        sed -n '2,6s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac

if [ -x "$home/portway" ]; then
    "$home/portway" --quit >/dev/null 2>&1 || :
fi
# Only entries that lead here; those of a Portway installed for all users stay.
for entry in "$config/autostart/portway.desktop" "$data/applications/portway.desktop" \
    "$data/applications/portway-uninstall.desktop"; do
    if [ -f "$entry" ] && grep -qF "$home/" "$entry"; then rm -f "$entry"; fi
done
if [ "$(readlink "$command" 2>/dev/null)" = ../lib/portway/portway ]; then rm -f "$command"; fi
rm -f "$data/metainfo/portway.metainfo.xml" "$data/man/man1/portway.1.gz"
for icon in "$data"/icons/hicolor/*/apps/portway.png "$data"/icons/hicolor/scalable/apps/portway.svg \
    "$data"/icons/hicolor/symbolic/apps/portway-symbolic.svg; do
    rm -f "$icon"
    rmdir -p "$(dirname "$icon")" 2>/dev/null || : # folders that are empty now
done
rmdir "$data/metainfo" "$data/man/man1" "$data/man" 2>/dev/null || :
if command -v update-desktop-database >/dev/null; then
    update-desktop-database "$data/applications" 2>/dev/null || :
fi
rm -rf "$home" "$home.new" "$home.old"
if [ "$choice" = --remove-profile ]; then rm -rf "$profile"; fi
# What is empty now was made by the installation, or might as well have been.
for folder in "$data/applications" "$data" "$(dirname "$home")" "$(dirname "$command")" \
    "$HOME/.local"; do
    rmdir "$folder" 2>/dev/null || :
done
echo "Portway is removed."
if [ "$choice" != --remove-profile ] && [ -d "$profile" ]; then
    echo "Your mappings and settings are still in $profile."
fi
