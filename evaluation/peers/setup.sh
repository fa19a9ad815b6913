#!/usr/bin/env bash
# Makes .venv-peers, the environment of the peers that are in no other, with the desk's Python; does nothing twice.
set -euo pipefail
cd "$(dirname "$0")/../.."

needed=(requirements-torch.txt evaluation/peers/requirements.txt)
stamp=$(cat "${needed[@]}" | sha256sum | cut -d' ' -f1)
if [ -f .venv-peers/.made-from ] && [ "$(cat .venv-peers/.made-from)" = "$stamp" ]; then exit 0; fi

PIP=(-m pip --quiet --quiet --disable-pip-version-check --no-input)
printf '\033[1m==>\033[0m Making .venv-peers with %s (about 1.5 GB)\n' "$(.venv/bin/python --version)"
rm -rf .venv-peers && .venv/bin/python -m venv .venv-peers
.venv-peers/bin/python "${PIP[@]}" install --no-deps ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} -r requirements-torch.txt
.venv-peers/bin/python "${PIP[@]}" install --no-deps --require-hashes -r evaluation/peers/requirements.txt
printf '%s\n' "$stamp" > .venv-peers/.made-from
