#!/bin/sh
# Finds a Python that will do and hands over to tools/set_up.py.   sh tools/setup.sh run|dev
set -eu
cd "$(dirname "$0")/.."
want='import sys; sys.exit(sys.version_info < (3, 11))'
old=''
for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if ! "$name" -c "$want" >/dev/null 2>&1; then
        old=$name
        continue
    fi
    if ! "$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        unfit=$name
        continue
    fi
    exec "$name" tools/set_up.py "$1"
done
if [ -n "${unfit:-}" ]; then
    echo "Set-up stopped: $unfit has no venv module. Install it (on Debian and Ubuntu: apt install python3-venv), then try again." >&2
elif [ -n "$old" ]; then
    echo "Set-up stopped: $old is older than Python 3.11 or does not run. Install Python 3.11 or newer, or name it: make setup PYTHON=/path/to/python3" >&2
else
    echo "Set-up stopped: no Python was found. Install Python 3.11 or newer with venv (on Debian and Ubuntu: apt install python3-venv), then try again." >&2
fi
exit 2
