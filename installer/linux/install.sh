#!/bin/sh
# Installs Portway for the user who runs it; asks for no password. Also upgrades, also while it runs.
#
#   ./install.sh            install, then start it where there is a screen
#   ./install.sh --quiet    install, and start nothing
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
home=$HOME/.local/lib/portway
command=$HOME/.local/bin/portway
quiet=
[ "${1-}" = --quiet ] && quiet=1

chinese=
case ${LC_ALL:-${LC_MESSAGES:-${LANG-}}} in zh_TW* | zh_HK* | zh_MO*) ;; zh*) chinese=1 ;; esac

say() { [ -n "$quiet" ] || echo "$*"; }
stop() { # in English and in Chinese
    text=$1
    [ -z "$chinese" ] || text=$2
    echo "install.sh: $text" >&2
    [ -n "$quiet" ] || [ -t 2 ] || tell "$text"
    exit 1
}
tell() { # whoever double-clicked has no terminal to read
    if command -v zenity >/dev/null; then zenity --error --title Portway --text "$1" || :
    elif command -v kdialog >/dev/null; then kdialog --title Portway --error "$1" || :
    elif command -v notify-send >/dev/null; then notify-send Portway "$1" || :
    fi
}

[ "$(uname -m)" = x86_64 ] ||
    stop "This Portway is for x86_64; this computer is $(uname -m)." \
        "此 Portway 适用于 x86_64；本机为 $(uname -m)。"
"$here/portway/portway" --version >/dev/null 2>&1 ||
    stop "Portway does not start here. It needs glibc @GLIBC@ or newer (Ubuntu 22.04, Debian 12)." \
        "Portway 无法在此启动。它需要 glibc @GLIBC@ 或更高版本（Ubuntu 22.04、Debian 12）。"

# A running Portway is asked to end, and given time to save; it is started again below.
was_running=
if [ -x "$home/portway" ]; then
    case $("$home/portway" --quit 2>&1) in *"has ended"*) was_running=1 ;; esac
fi

# The new folder stands complete beside the old before it takes its place.
mkdir -p "$(dirname "$home")" "$(dirname "$command")"
rm -rf "$home.new" "$home.old"
cp -R "$here/portway" "$home.new"
cp "$here/uninstall.sh" "$home.new/uninstall.sh"
if [ -e "$home" ]; then mv "$home" "$home.old"; fi
mv "$home.new" "$home"
rm -rf "$home.old"
if [ -e "$command" ] && [ ! -L "$command" ]; then
    say "$command is not ours, so it stays as it is."
else
    ln -sf ../lib/portway/portway "$command"
fi

(cd "$here/share" && find . -type f) | while read -r file; do
    mkdir -p "$data/$(dirname "$file")"
    cp "$here/share/$file" "$data/$file"
done
# Menus do not look into ~/.local/bin.
for entry in portway portway-uninstall; do
    sed "s|@HOME@|$home|g" "$here/share/applications/$entry.desktop" \
        >"$data/applications/$entry.desktop"
done
refresh() { if command -v "$1" >/dev/null; then "$@" >/dev/null 2>&1 || :; fi; }
refresh update-desktop-database "$data/applications"
refresh gtk-update-icon-cache -q -t -f "$data/icons/hicolor"

say "Portway @VERSION@ is installed in $home."
case :$PATH: in
    *":$HOME/.local/bin:"*) ;;
    *) say "\"portway\" can be typed once ~/.local/bin is on your PATH, after the next log-in." ;;
esac
say "To remove it: $home/uninstall.sh, or \"Uninstall Portway\" in the menu."
start() { (cd "$HOME" && setsid "$home/portway" "$@" >/dev/null 2>&1 </dev/null &); }
if [ -n "$was_running" ]; then
    start --hidden
elif [ -z "$quiet" ] && [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
    start
fi
