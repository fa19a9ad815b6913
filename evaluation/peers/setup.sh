#!/usr/bin/env bash
# Makes .venv-peers, the environment of the peers that are in no other, with the desk's Python; does nothing twice.
set -euo pipefail
cd "$(dirname "$0")/../.."

needed=(requirements-torch.txt evaluation/peers/requirements.txt)
stamp=$(cat "${needed[@]}" | sha256sum | cut -d' ' -f1)
if [ -f .venv-peers/.made-from ] && [ "$(cat .venv-peers/.made-from)" = "$stamp" ]; then exit 0; fi

. evaluation/supply/installing.sh
printf '\033[1m==>\033[0m Making .venv-peers with %s (about 1.5 GB)\n' "$(.venv/bin/python --version)"
rm -rf .venv-peers && .venv/bin/python -m venv .venv-peers
install_torch .venv-peers/bin/python
.venv-peers/bin/python "${PIP[@]}" "${FROM_LOCK[@]}" -r evaluation/peers/requirements.txt
printf '%s\n' "$stamp" > .venv-peers/.made-from
