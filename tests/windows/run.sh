#!/bin/bash
# tests/windows/run.sh REPORT [PYTEST ARGUMENTS]
# Runs the suite with Windows' own Python, in a lab that is made when it is not there: see
# CONTRIBUTING.md. Ends with 77, loudly, where there is neither a lab nor the script that makes one.
set -euo pipefail
cd "$(dirname "$0")/../.."
report=$1
shift
lab=${PORTWAY_WINDOWS_LAB:-$HOME/.cache/portway-windows-lab}
maker=../shared/windows/setup.sh

pinned() { # the exact versions of the lock, without hashes
    local name
    for name in "$@"; do
        sed -n "s/^\($name==[^ ;]*\).*/\1/p" requirements-test.lock
    done | paste -sd ' '
}

if [[ $lab == none ]]; then
    echo "tests/windows/run.sh: NOTHING RUNS ON WINDOWS: PORTWAY_WINDOWS_LAB=none" >&2
    exit 77
elif [[ -x $maker ]]; then
    PYSIDE=$(sed -n 's/^pyside6-essentials==\([^ ;]*\).*/\1/p' requirements-test.lock) \
        EXTRA_WHEELS=$(pinned msgspec platformdirs psutil hypothesis jeepney argcomplete sortedcontainers pytest \
            pytest-qt pytest-timeout setuptools typing-extensions) \
        PORTWAY_WINDOWS_LAB=$lab "$maker"
elif [[ ! -x $lab/bin/winpy ]]; then
    echo "tests/windows/run.sh: NOTHING RUNS ON WINDOWS: no lab in $lab, no $maker" >&2
    exit 77
fi

# Truly Linux: load generators in C, a soak that reads /proc, and what needs pip, which the lab has
# not: the set-up of checkouts and the building of packages.
linux=(tests/benchmarks tests/soak tests/test_dev.py tests/test_packaging.py)

# Everything lives below a user's name with a space and letters of another script. A new lab has no
# such folder, and pytest makes only the last one of a path.
mkdir -p "$lab/prefix/drive_c/users/张 三"
# Without real letters, widgets have sizes that they have on no computer.
environment=(QT_QPA_PLATFORM=offscreen QT_QPA_FONTDIR='Z:\usr\share\fonts\truetype\dejavu')
# What python.org's Python has beside it, and the lab's has not.
license=$(python3 -c 'import os; print(os.path.join(os.path.dirname(os.__file__), "LICENSE.txt"))')
[[ -e $lab/winpy/LICENSE.txt ]] || cp "$license" "$lab/winpy/"
xvfb-run -a env "${environment[@]}" "$lab/bin/winpy" -m pytest -p no:cacheprovider \
    --basetemp='C:\users\张 三\tests' --junitxml="$report" \
    "${linux[@]/#/--ignore=}" "$@" </dev/null
