# make run   starts everything;  make test  runs every test.  `make` alone prints the list.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
PY := $(BIN)/python
-include .env
export
export RASA_TELEMETRY_ENABLED := false
export HF_HUB_OFFLINE := 1
export SANIC_HOST := 127.0.0.1
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 2
export PYTHONWARNINGS := ignore
export TQDM_DISABLE := 1
export OPENBLAS_NUM_THREADS := 1

MODEL := models/desk.tar.gz
TRAINED_FROM := config.yml domain.yml $(shell find data bot/encoder bot/nlu bot/policy policy_corpus bot/domain/settings.py -type f -not -name '*.pyc')

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## install what running needs into .venv
	@scripts/setup.sh requirements.lock

setup-dev: ## install what running, testing and linting need into .venv
	@scripts/setup.sh requirements-dev.lock

$(MODEL): $(TRAINED_FROM)
	@$(PY) -m bot train
	@touch $@

train: setup ## train what changed: encoder, policy index, Rasa model
	@$(MAKE) --no-print-directory $(MODEL)

run: train ## start every process with demo data; prints the address
	@$(PY) -m bot migrate
	@$(PY) -m bot demo
	@$(PY) -m bot doctor --before-start
	@$(PY) -m bot announce & exec $(BIN)/honcho start

test: setup-dev ## run every test
	@$(MAKE) --no-print-directory $(MODEL)
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: setup-dev ## style, types, import contracts, Rasa data
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/rasa data validate --fail-on-warnings

bench: setup-dev ## measure speed
	@$(MAKE) --no-print-directory $(MODEL)
	@for file in benchmarks/*.py; do echo "== $$file"; PYTHONPATH=. $(PY) $$file || exit 1; done

lock: setup-dev ## resolve the locks again after a change in requirements/
	@$(BIN)/uv pip compile -q --python-version 3.10 --generate-hashes --override requirements/overrides.txt requirements/dev.in -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --python-version 3.10 --generate-hashes --override requirements/overrides.txt -c requirements-dev.lock requirements/runtime.in -o requirements.lock

clean: ## remove models, caches and everything under var/
	rm -rf models .rasa results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find var -mindepth 1 -not -name .gitignore -delete

.PHONY: help setup setup-dev train run test lint bench lock clean
