# What a person does with the desk. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest -q
# Files of tests side by side, one a core: for those that share no server.
SIDE_BY_SIDE := $(PYTEST) --numprocesses auto --dist loadfile
# The few modules that need the embedding model; to look for them among all tests takes longer than some of them.
WITH_THE_MODEL = $(shell grep -rl --include='test_*.py' 'mark\.model' tests)
STAGE = @printf '\n\033[1m== %s ==\033[0m\n' "$(1)"; began=$$(date +%s); $(2); code=$$?; \
	printf '== %s: %s s\n' "$(1)" $$(( $$(date +%s) - began )); exit $$code

.PHONY: help setup run chat test static unit integration thorough dialogue e2e browser test-browser pictures evaluate gaps peers speed bench bench-publish bench-neighbours bench-embedding bench-stores bench-cases bench-console bench-ratings capacity faults soak fuzz dependencies locks clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

setup: ## make the two environments and the default model (no root, nothing twice)
	@./setup.sh

run: setup ## set up, start every process, and say where to chat and sign in
	@.venv/bin/customs run

chat: setup ## chat in this terminal with a running desk
	@.venv/bin/customs chat

test: ## everything: set-up, static checks, all tests, the evaluation gates
	$(call STAGE,set-up,$(MAKE) --no-print-directory setup)
	$(call STAGE,static,$(MAKE) --no-print-directory static)
	$(call STAGE,unit,$(MAKE) --no-print-directory unit)
	$(call STAGE,integration and contract,$(MAKE) --no-print-directory integration)
	$(call STAGE,dialogue,$(MAKE) --no-print-directory dialogue)
	$(call STAGE,end to end,$(MAKE) --no-print-directory e2e)
	$(call STAGE,browser,$(MAKE) --no-print-directory browser)
	$(call STAGE,evaluation,$(MAKE) --no-print-directory evaluate)

static: ## formatting, lint, types
	@.venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet . && .venv/bin/mypy

unit: ## rules in isolation, and the architecture
	@$(SIDE_BY_SIDE) tests/unit tests/architecture -m "not model and not thorough"

integration: ## on the migrated schema, the contracts of fakes and real adapters, the embedding model
	@$(PYTEST) --numprocesses auto --dist worksteal tests/integration tests/contract -m "not model and not rasa and not browser and not thorough"
	@$(PYTEST) $(WITH_THE_MODEL) -m "model and not rasa and not browser and not thorough"

# What is the same at every run and takes long; before a change of cases, figures, routes, commands, or of what takes and
# carries messages is called done.
thorough: setup ## sequences of acts on cases, many officers at once, news to many, figures counted anew, old migrations, commands, Rasa servers whose stores are stopped, single processes killed again and again
	@$(SIDE_BY_SIDE) tests/unit tests/architecture tests/integration -m thorough
	@$(PYTEST) tests/guarding -m thorough
	@$(PYTEST) tests/e2e -m thorough

dialogue: ## through a trained Rasa server
	@$(PYTEST) tests/contract tests/scenarios -m rasa

e2e: ## every real process and a Bot API emulator; both profiles while their processes die
	@$(PYTEST) tests/e2e -m "e2e and not thorough"

browser: ## a real browser on the web chat and the console: the main paths of each role, on a phone
	@$(PYTEST) --numprocesses 2 --dist worksteal tests/browser -m "not every_page" -k "not screen and not wide"

# Each page as each role that may see it, in every state and with nothing on it, and every route with every role: about
# nine minutes, before a change of pages is called done.
test-browser: setup ## every page, role, language and light in a browser, and every route: writes var/reports/browser.json
	@$(PYTEST) --numprocesses 2 --dist worksteal -p tests.looked_at --looked-at=var/reports/browser.json \
	  tests/browser tests/integration/test_every_route.py

pictures: setup ## the pictures of docs/tours/ from the running console
	@$(PYTHON) -m tests.browser.pictures

evaluate: ## our own questions against the limits, the report in var/reports/, and what a message and a search may cost
	@.venv/bin/customs evaluate --gate
	@$(PYTEST) tests/speed

peers: setup ## the search beside Rasa, BM25, FAISS and Haystack: writes docs/peers.md (an environment of its own, about an hour)
	@evaluation/peers/setup.sh
	@.venv/bin/python -m evaluation.peers.run

gaps: setup ## how well questions without an answer are put into groups: a thousand mixed ones
	@.venv/bin/python -m evaluation.gaps.run

speed: ## how fast the search is with up to a million passages: writes docs/speed.md (a quarter of an hour, 10 GB)
	@.venv/bin/python -m evaluation.speed.run

bench: setup ## from a message to its reply beside Rasa alone, Rasa's ResponseSelector and a script: writes docs/replies.md and var/reports/bench.json (half an hour)
	@.venv/bin/python -m evaluation.speed.replies.run

bench-publish: ## from publishing guidance to the first search that finds it, at 200, 10,000 and 100,000 entries: writes var/reports/publishing.json
	@.venv/bin/python -m evaluation.speed.publishing_run

bench-neighbours: ## kinds of index for the nearest of up to a million passages: writes docs/neighbours.md and var/reports/neighbours.json (half an hour, 10 GB)
	@.venv/bin/python -m evaluation.speed.neighbours.run

bench-embedding: setup ## ways to run the embedding model, their time, memory and answers: writes docs/embedding.md and var/reports/embedding.json (an environment of its own, about an hour)
	@evaluation/speed/embedding/setup.sh
	@.venv/bin/python -m evaluation.speed.embedding.run

bench-stores: setup ## what a message costs in SQLite and PostgreSQL with up to 100,000 open conversations, and with one to four replicas: writes docs/stores.md and var/reports/stores.json (half an hour)
	@.venv/bin/python -m evaluation.speed.stores.run

bench-cases: setup ## officers who claim at once, news to a thousand chats with kills, the time of a reply: writes var/reports/cases.json
	@.venv/bin/python -m evaluation.cases.run

bench-console: setup ## the officers' lists with 1,000 and 100,000 cases on SQLite and PostgreSQL: writes var/reports/console.json
	@.venv/bin/python -m evaluation.console.run

bench-ratings: setup ## every figure of a made-up year counted twice, on SQLite and PostgreSQL: writes docs/ratings-bench.md and var/reports/ratings.json
	@.venv/bin/python -m evaluation.ratings.run

capacity: ## how many machines so many enterprises need, from what was measured: writes docs/capacity.md
	@.venv/bin/python -m evaluation.speed.capacity

PROFILE ?= embedded
faults: setup ## two thousand conversations while every process is killed again and again (PROFILE=embedded or production): writes var/reports/faults-PROFILE.json
	@.venv/bin/python -m evaluation.faults.run --profile $(PROFILE)

soak: setup ## an hour at half of what the desk can carry: memory and queues (PROFILE=embedded or production): writes var/reports/soak-PROFILE.json
	@.venv/bin/python -m evaluation.faults.soak --profile $(PROFILE)

fuzz: setup ## what strangers may send, made up by the hundred thousand, who reaches what is another's, and a flood: writes var/reports/fuzz.json
	@.venv/bin/python -m evaluation.fuzz.run

dependencies: setup ## every library with its licence and known vulnerabilities: writes docs/dependencies.md (asks osv.dev where it can)
	@.venv/bin/python -m evaluation.supply.run

clean: ## remove the environments (var/ is kept)
	rm -rf .venv .venv-rasa .venv-peers .venv-embedding

# torch and its parts for graphics cards differ from machine to machine: no lock holds them (decision 1).
LOCK := uv pip compile --quiet --no-config --generate-hashes --no-header --no-annotate --no-emit-index-url
FOR_DESK := --universal --python-version 3.11
WITHOUT_TORCH = --no-emit-find-links \
	  $$(uv pip compile --quiet --no-config $(FOR_DESK) --no-header --no-annotate requirements-torch.txt \
	     | grep -oE '^(torch|triton|nvidia-[a-z0-9-]+|cuda-[a-z]+)' | sort -u | sed 's/^/--no-emit-package /')

locks: ## write the lock files anew from pyproject.toml and the requirements.in of nlu/, evaluation/peers/ and evaluation/speed/embedding/ (needs uv)
	echo "uv==$$(uv --version | cut -d' ' -f2)" | $(LOCK) --no-deps - --output-file deploy/compose/uv.txt
	{ grep -v '  pypi$$' requirements-torch.sha256; \
	  $(LOCK) $(FOR_DESK) --no-deps requirements-torch.txt | grep -oE '[0-9a-f]{64}' | sed 's/$$/  pypi/'; } > requirements-torch.new
	mv requirements-torch.new requirements-torch.sha256
	$(LOCK) $(FOR_DESK) --extra dev $(WITHOUT_TORCH) pyproject.toml --output-file requirements.lock
	$(LOCK) --python-version 3.10 nlu/requirements.in --output-file nlu/requirements.lock
	$(LOCK) $(FOR_DESK) $(WITHOUT_TORCH) requirements-torch.txt evaluation/peers/requirements.in \
	  --output-file evaluation/peers/requirements.txt
	$(LOCK) $(FOR_DESK) $(WITHOUT_TORCH) requirements-torch.txt evaluation/speed/embedding/requirements.in \
	  --output-file evaluation/speed/embedding/requirements.txt
