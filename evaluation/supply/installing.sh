# How set-up installs: sourced by setup.sh and evaluation/peers/setup.sh, in the folder of the project.
PIP=(-m pip --quiet --quiet --disable-pip-version-check --no-input)
# Nothing is installed but what has a hash in a lock, and nothing is built with tools that have none.
FROM_LOCK=(install --no-deps --require-hashes --no-build-isolation --only-binary :all:)

# install_torch PYTHON: the wheel that pip chooses, once its hash is known (evaluation/supply/torch_wheel.py).
install_torch() {
  local index=(${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"}) chosen
  chosen=$("$1" "${PIP[@]}" install --dry-run --ignore-installed --no-deps --only-binary :all: --report - \
      ${index[@]+"${index[@]}"} -r requirements-torch.txt | "$1" evaluation/supply/torch_wheel.py) || exit 1
  "$1" "${PIP[@]}" "${FROM_LOCK[@]}" -r <(printf '%s\n' "$chosen")
}

# locked LOCK PACKAGE...: the entries of some packages of a lock, with their hashes.
locked() { awk -v wanted="^($(IFS='|'; echo "${*:2}"))==" '/^[^ ]/ { on = $0 ~ wanted } on' "$1"; }
