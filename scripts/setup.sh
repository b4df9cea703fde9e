#!/usr/bin/env bash
# Makes .venv from a lock file. Does nothing when the lock was installed before.
#   scripts/setup.sh requirements.lock
set -euo pipefail
lock=${1:?"usage: scripts/setup.sh LOCKFILE"}
stamp=.venv/.installed-$(sha256sum "$lock" scripts/setup.sh | sha256sum | cut -c1-16)
[ -f "$stamp" ] && exit 0

say() { printf '• %s\n' "$*"; }

is_310() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python3.10 python3; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && is_310 "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    if command -v uv >/dev/null; then
        uv python find 3.10 2>/dev/null || { uv python install 3.10 >&2 && uv python find 3.10; }
    fi
}

python=$(find_python || true)
if [ -z "$python" ]; then
    cat >&2 <<'HELP'
Python 3.10 was not found, and Rasa 3.6 runs on nothing newer. Any one of these helps:
  - your system's package (python3.10), or
  - pyenv:  pyenv install 3.10
  - uv:     uv python install 3.10
Then run the same command again. If it lives in an unusual place: PYTHON=/path/to/python3.10 make …
HELP
    exit 1
fi
say "Python: $("$python" --version)"

if [ ! -x .venv/bin/python ] || ! is_310 .venv/bin/python; then
    say "Creating .venv"
    "$python" -m venv --clear .venv
fi
say "Installing $(grep -c '^[a-z]' "$lock") packages from $lock (several GB when torch brings CUDA; see README)"
uv_version=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements-dev.lock)
if ! .venv/bin/uv --version 2>/dev/null | grep -q "uv $uv_version"; then
    .venv/bin/python -m ensurepip --upgrade >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action ignore "uv==$uv_version"
fi
.venv/bin/uv pip install --python .venv/bin/python --no-deps --require-hashes --compile-bytecode -r "$lock"
touch "$stamp"
say "Set-up done"
