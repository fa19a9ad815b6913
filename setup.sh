#!/usr/bin/env bash
# Makes the two environments and the default embedding model; needs no root and does nothing twice.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# An interpreter counts only after it ran a line: a shim on PATH may exist and fail.
runs() { [ -n "$1" ] && "$1" -c "import sys, venv; sys.exit(sys.version_info[:2] != ($2, $3))" >/dev/null 2>&1; }

# find_python MAJOR MINOR [OVERRIDE]: prints the first interpreter of that version that works.
find_python() {
  local major=$1 minor=$2 candidate
  for candidate in "${3:-}" "python$major.$minor" python3 \
      "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$major.$minor".*/bin/python "/usr/local/bin/python$major.$minor"; do
    candidate=$(command -v "$candidate" 2>/dev/null || true)
    if runs "$candidate" "$major" "$minor"; then printf '%s' "$candidate"; return 0; fi
  done
  if command -v uv >/dev/null 2>&1; then
    candidate=$(uv python find "$major.$minor" 2>/dev/null || true)
    if runs "$candidate" "$major" "$minor"; then printf '%s' "$candidate"; return 0; fi
  fi
  return 1
}

# is_current DIR FILES...: whether DIR was made from the same files.
is_current() { [ -f "$1/.made-from" ] && [ "$(cat "$1/.made-from")" = "$(stamp "${@:2}")" ]; }
stamp() { cat "$@" | sha256sum | cut -d' ' -f1; }

. evaluation/supply/installing.sh

if ! is_current .venv requirements.lock requirements-torch.txt pyproject.toml; then
  python=""
  for minor in 11 12 13; do python=$(find_python 3 $minor "${DESK_PYTHON:-}") && break || true; done
  [ -n "$python" ] || fail "Python 3.11, 3.12 or 3.13 was not found: install one (with its venv module) or set DESK_PYTHON to it."
  say "Making .venv with $("$python" --version) (about 2 GB)"
  rm -rf .venv && "$python" -m venv .venv
  install_torch .venv/bin/python
  .venv/bin/python "${PIP[@]}" "${FROM_LOCK[@]}" -r requirements.lock
  .venv/bin/python "${PIP[@]}" install --no-deps --no-build-isolation -e .
  .venv/bin/python -m pip --disable-pip-version-check check | grep -v -E '^No broken requirements|^torch .* requires (nvidia|cuda|triton)' \
    && fail "The installed packages do not fit together (see above)." || true
  .venv/bin/python -c 'import torch' 2>/dev/null \
    || fail "This build of torch needs a graphics card's libraries: get a CPU build as the README says under 'A CPU build of torch'."
  stamp requirements.lock requirements-torch.txt pyproject.toml > .venv/.made-from
fi

if ! is_current .venv-rasa nlu/requirements.lock; then
  python=$(find_python 3 10 "${RASA_PYTHON:-}") \
    || fail "Python 3.10 was not found, and Rasa needs it: install python3.10 (with its venv module) or set RASA_PYTHON to it."
  say "Making .venv-rasa with $("$python" --version) (about 3 GB)"
  rm -rf .venv-rasa && "$python" -m venv .venv-rasa
  # Three of Rasa's have no wheel: they are built here, with the setuptools of the lock.
  .venv-rasa/bin/python "${PIP[@]}" "${FROM_LOCK[@]}" -r <(locked nlu/requirements.lock setuptools wheel)
  .venv-rasa/bin/python "${PIP[@]}" "${FROM_LOCK[@]}" --no-binary docopt,mattermostwrapper,randomname \
    -r nlu/requirements.lock
  stamp nlu/requirements.lock > .venv-rasa/.made-from
fi

.venv/bin/customs prepare-model
say "Set-up is complete."
