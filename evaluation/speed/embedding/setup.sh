#!/usr/bin/env bash
# Makes .venv-embedding, where the embedding model runs in other ways, with the desk's Python; does nothing twice.
set -euo pipefail
cd "$(dirname "$0")/../../.."

needed=(requirements-torch.txt evaluation/speed/embedding/requirements.txt)
stamp=$(cat "${needed[@]}" | sha256sum | cut -d' ' -f1)
if [ -f .venv-embedding/.made-from ] && [ "$(cat .venv-embedding/.made-from)" = "$stamp" ]; then exit 0; fi

. evaluation/supply/installing.sh
printf '\033[1m==>\033[0m Making .venv-embedding with %s (about 1.5 GB)\n' "$(.venv/bin/python --version)"
rm -rf .venv-embedding && .venv/bin/python -m venv .venv-embedding
install_torch .venv-embedding/bin/python
.venv-embedding/bin/python "${PIP[@]}" "${FROM_LOCK[@]}" -r evaluation/speed/embedding/requirements.txt
printf '%s\n' "$stamp" > .venv-embedding/.made-from
