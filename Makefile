# One command for each thing a person wants; every one of them sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help run test bench lint generated migration partner
MAKEFLAGS += --no-print-directory
# Some machines forbid compiled modules; then each of the many processes compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
RUN := .venv/bin/python
# Empty when this machine has no browser; the browser tests then say so and skip themselves.
BROWSER = $(shell sed -n 1p .venv/.browser 2>/dev/null)

help: ## What can be asked of this Makefile
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready ## Run the whole platform here; PORT, DATA_DIR, DATABASE_URL, NATS_URL, JURISDICTION
	@exec $(RUN) -m deploy.local

test: .venv/.ready .venv/.browser ## Run every test on real servers; only="tests/shared -k bus" narrows it
	@CHROMIUM="$(BROWSER)" $(RUN) -m pytest -n logical --maxprocesses 4 --dist worksteal $(only)

bench: .venv/.ready .venv/.browser ## Run the benchmarks and write bench/results.json
	@CHROMIUM="$(BROWSER)" $(RUN) -m tests.bench

lint: .venv/.ready ## Check style, types and the boundaries between modules
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy .
	@.venv/bin/lint-imports --no-logo

generated: .venv/.ready ## Write deploy/generated/ anew from the code
	@$(RUN) -m shared.generated

migration: .venv/.ready ## Write the next migration: make migration service=payments name="why it is"
	@test -n "$(service)" -a -n "$(name)" || { echo 'make migration service=payments name="..."'; exit 2; }
	@$(RUN) -m deploy.revision "$(service)" "$(name)"

partner: .venv/.ready ## Check the running platform with the partner kit: every case, every partner's day
	@$(RUN) -m deploy.partner all http://127.0.0.1:$(or $(PORT),8000) $(or $(DATA_DIR),.data)/sign-in.json

.venv/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新版本。 Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "此 Python 缺少 ensurepip。 This Python cannot make environments:" \
	    "install its venv package (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@echo "正在安装 $$(grep -c '^[a-z].*==' requirements.lock) 个依赖 …" \
	  "installing the packages of requirements.lock, about a minute …"
	@$(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# Its first line is the program, or stays empty; remove the file to look for one again.
.venv/.browser: .venv/.ready
	@deploy/browser.sh > $@.new && mv $@.new $@
