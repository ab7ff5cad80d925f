# `make help` lists the targets.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Images of Python often set it: the tests start hundreds of processes, each would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
SCENARIO ?= smoke
ARGS ?=
JOBS ?= 3
# How often a journey that failed is tried again: once in a pipeline, never where somebody can look into it.
RERUNS ?=
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
# DynamoDB Local as npm has it, and the SHA-512 of that file.
DYNAMODB_LOCAL_VERSION := 2.9.30
DYNAMODB_LOCAL_SHA512 := c5379e44bbf311fab2779961ddb1f8734907bd21c79a6843e590ec1c5280439836665e89aa515dbad6908422c7cf1129e91cb5a3b4c1ea7888a17b9002749ec1
DYNAMODB_LOCAL := build/dynamodb-local

.DEFAULT_GOAL := help
.PHONY: help attack dev rehearse game-day storm swarm swarms simulate test test-nightly test-terraform browser test-backend test-repositories test-frontend model test-e2e test-browsers coverage mutants properties lint lint-delivery validate-terraform bench setup lock package \
	build up down clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 24

dev: setup ## run the whole system on this machine, http://localhost:3000 (ARGS="--auth mock")
	@chatctl up $(ARGS)

test: browser ## the tests of every change: unit, the whole stack on an emulator, real browsers
	@echo "$(JOBS) of back end, browser and front end at once: side by side each tells at its end what came of it."
	@$(MAKE) --no-print-directory --jobs $(JOBS) --keep-going --output-sync=target test-backend test-e2e test-frontend
	@echo "Left out, since it takes longer: make test-nightly test-terraform test-repositories test-browsers (docs/testing.md)"

browser: setup ## look for a Chromium for the tests; get one into build/ if there is none
	@python -m tests.support.get_browser

test-backend: setup ## unit and integration tests of the back end
	env -u TFCHECK pytest tests/integration tests/unit --numprocesses 4 --dist loadgroup $(ARGS)

test-terraform: setup ## the topology against Terraform's plans (TFCHECK names an offline planner; else: validate-terraform)
	pytest tests/unit/terraform $(ARGS)

test-repositories: setup $(DYNAMODB_LOCAL)/.installed ## what knows DynamoDB, on Amazon's DynamoDB Local (needs Java 17)
	DYNAMODB_LOCAL="$(CURDIR)/$(DYNAMODB_LOCAL)" pytest tests/unit/shared/test_connections.py tests/unit/shared/test_messages.py $(ARGS)

test-nightly: browser ## longer forms of some tests, each night (minutes)
	pytest -m nightly --numprocesses 2 --dist loadgroup $(ARGS)

model: setup ## the front end's protocol through 10,000 random histories (a minute)
	npm --prefix frontend run --silent model

test-frontend: setup ## unit and component tests of the front end
	npm --prefix frontend test --silent

test-e2e: browser ## tests in a real browser
	pytest tests/e2e --numprocesses 2 --dist loadgroup $(if $(RERUNS),--reruns $(RERUNS) --rerun-show-tracebacks) $(ARGS)

test-browsers: browser ## journeys in Firefox and WebKit, where installed (Debian: firefox-esr webkit2gtk-driver xvfb)
	pytest tests/e2e/test_other_browsers.py --override-ini "addopts=--import-mode=importlib -rfE" $(ARGS)

coverage: setup ## branch coverage of the unit tests, held at tests/coverage.json
	pytest tests/unit --ignore tests/unit/terraform --quiet --numprocesses 2 --dist loadgroup --cov --cov-report json --cov-report html
	npm --prefix frontend test --silent -- --coverage
	python -m tests.support.coverage_ratchet $(ARGS)

mutants: setup ## mutation tests of the pure cores: settlement, timeline, recovery
	mutmut run
	@! mutmut results | grep . # the mutants that no test notices
	cd frontend && node_modules/.bin/stryker run

properties: setup ## property tests of the back end, each with a thousand examples
	HYPOTHESIS_PROFILE=nightly pytest tests/unit -m hypothesis --numprocesses 2 $(ARGS)

game-day: setup ## rehearse an outage and five faults on the local stack (7 minutes)
	pytest tests/integration --override-ini "addopts=--import-mode=importlib -rfE" -m rehearsal $(ARGS)

attack: setup ## forged tokens, 20,000 bent frames, hostile text in every command, pages against local servers, a flood (SEED=n)
	ATTACK_FRAMES=20000 ATTACK_ACTIONS=all ATTACK_SEED=$(or $(SEED),1) pytest tests/unit/attack tests/unit/chatctl/test_hostile_text.py \
		tests/unit/chatctl/test_dashboard_server.py tests/unit/edge/test_origin.py tests/unit/local/test_guard.py -n 2 $(ARGS)
	pytest tests/integration/test_flood.py --override-ini "addopts=--import-mode=importlib -rfE" --log-cli-level INFO -m attack $(ARGS)

storm: setup ## a million deliveries under every fault at once, in virtual time (minutes; SEED=n for another one)
	python -m tests.simulation.storm 1000000 $(SEED)

rehearse: setup ## a deployment from an empty account to its end, on moto (TFCHECK names an offline planner)
	python -m tests.rehearsal

swarm: setup ## a load test; SCENARIO=smoke
	python -m tests.load run $(SCENARIO) $(ARGS)

swarms: setup ## every shipped load test on one fresh stack, and their verdicts (25 minutes)
	python -m tests.load suite $(ARGS)

simulate: setup ## a million connections in virtual time, into build/simulation (15 minutes at most)
	python -m tests.million $(ARGS)

lint: setup ## style, types, import rules, YAML
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	yamllint --strict .
	npm --prefix frontend run --silent lint
	npm --prefix frontend run --silent typecheck
	frontend/node_modules/.bin/tsc --project chatctl/dashboard_page

lint-delivery: setup ## the pipelines, Dockerfiles, Compose file and shell scripts
	infra/release/check.sh

validate-terraform: .venv/.checkov ## Terraform: format, schema, tests, scan, the same as the local stack
	CHECKOV="$(CURDIR)/.venv/checkov/bin/checkov" infra/terraform/check.sh
	PLAN_WITH_REGISTRY=1 pytest tests/unit/terraform $(ARGS)

build: ## the images of the container stack
	docker compose build

up: ## run the system in containers
	docker compose up --detach --wait

down: ## stop the containers
	docker compose down

bench: browser ## measure; ONLY=posts runs one part
	python -m tests.bench $(ONLY)

package: setup ## the Lambda zips, arm64, into build/packages
	chatctl package $(ARGS)

setup: .venv/.installed frontend/node_modules/.installed ## install everything into this folder

lock: setup ## lock the Python dependencies anew
	$(LOCK) --group dev pyproject.toml -o requirements/dev.txt
	$(LOCK) --group stack pyproject.toml -o requirements/stack.txt
	$(LOCK) --group install -o requirements/install.txt

clean: ## remove what setup and the tests made
	rm -rf .venv frontend/node_modules frontend/dist build .local

.venv/.installed: requirements/dev.txt requirements/install.txt pyproject.toml
	@echo "Set-up 1/3: a virtual environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/install.txt
	@echo "Set-up 2/3: Python packages into .venv, and their byte code"
	@set -o pipefail; .venv/bin/uv pip install --compile-bytecode --python .venv/bin/python --require-hashes \
		-r requirements/dev.txt 2>&1 | { grep --line-buffered -v '^ [-+~] ' || true; }
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --config-setting editable_mode=compat --editable .
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json .venv/.installed
	@echo "Set-up 3/3: npm packages into frontend/node_modules"
	@npm --prefix frontend ci --loglevel error --no-audit --no-fund
	@touch $@

$(DYNAMODB_LOCAL)/.installed: .venv/.installed Makefile
	@echo "Downloading DynamoDB Local into build/dynamodb-local (55 MB)"
	@mkdir -p $(@D)
	@cd build && npm pack --silent amplify-dynamodb-simulator@$(DYNAMODB_LOCAL_VERSION) >/dev/null
	@cd build && echo "$(DYNAMODB_LOCAL_SHA512)  amplify-dynamodb-simulator-$(DYNAMODB_LOCAL_VERSION).tgz" | sha512sum --check --quiet
	@tar -xzf build/amplify-dynamodb-simulator-$(DYNAMODB_LOCAL_VERSION).tgz -C $(@D) --strip-components 2 package/emulator
	@rm build/amplify-dynamodb-simulator-$(DYNAMODB_LOCAL_VERSION).tgz
	@touch $@

.venv/.checkov: requirements/checkov.txt .venv/.installed
	@echo "Installing checkov into .venv/checkov"
	@$(PYTHON) -m venv --without-pip .venv/checkov
	@.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/checkov/bin/python --require-hashes -r requirements/checkov.txt
	@touch $@
