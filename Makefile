# covey: `make` alone lists the verbs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.PHONY: help setup demo build test bench bench-daily bench-segments bench-propensity bench-recommendations lint lock docs cards report clean

help: ## list the verbs
	@echo "covey: who your customers are, who is leaving, what each wants next"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: $(VENV)/.installed ## make .venv and install covey from the hash-pinned lock

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Making $(VENV) and installing the pinned packages (a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "covey needs Python 3.11 or newer; try: make PYTHON=python3.11 setup")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## a real grocer's year: fetch, land, build, publish, report, and what came out
	@$(BIN)/covey demo grocery

build: setup ## build and publish the synthetic sample business
	@$(BIN)/covey -b sample build

report: setup ## write the report page of the published business
	@$(BIN)/covey report

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.lock
	@echo "Installing the pinned test tools ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.lock
	@touch $@

test: $(VENV)/.installed-test ## everything that guards the project (what CI runs)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.installed-test ## ruff, mypy and sqlfluff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint models tests/dbt/singular

bench: $(VENV)/.installed-test ## stage by stage seconds beside the same work by hand
	@$(BIN)/python -m benchmarks.run

bench-daily: $(VENV)/.installed-test ## one more day on top of a year, beside a full build
	@$(BIN)/python -m benchmarks.daily

bench-segments: $(VENV)/.installed-test ## nine monthly refits of the grocer: who moved, and why
	@$(BIN)/python -m benchmarks.segment_history

bench-propensity: $(VENV)/.installed-test ## a fit and the scores of a million customers, beside by hand
	@$(BIN)/python -m benchmarks.propensity

bench-recommendations: $(VENV)/.installed-test ## lists and rules beside the same work by hand
	@$(BIN)/python -m benchmarks.recommendations
	@$(BIN)/python -m benchmarks.baskets

docs: $(VENV)/.installed-test ## write docs/cli.md from the commands
	@$(BIN)/python -m covey.cli.docs

# The demos have to be built first; each card is what `covey model` prints.
CARDS := grocery:spend_drop_56d grocery:lapse_28d grocery:campaign_redemption telecom:contract_churn credit_cards:payment_default loans:loan_default
cards: setup ## write the model cards of the built demos into docs/models
	@for each in $(CARDS); do \
	  $(BIN)/covey -b "$${each%%:*}" model "$${each##*:}" --markdown \
	    > "docs/models/card_$${each##*:}.md" || exit 1; \
	done

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras --quiet pyproject.toml
lock: ## pin the newest allowed versions (needs uv)
	@$(LOCK) --extra test --extra compare --output-file requirements-test.lock
	@$(LOCK) --constraint requirements-test.lock --output-file requirements.lock

clean: ## delete what builds made; landed data and published versions stay
	@rm -rf target logs warehouse/*/build.duckdb* warehouse/*/target warehouse/*/judged .pytest_cache .mypy_cache .ruff_cache
