# `make` alone lists the targets. What they do is in scripts/.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
export PORT

.DEFAULT_GOAL := help
.PHONY: help run worker beat live stack test check lock demo screenshots bench shell clean dev-venv python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: python ## serve the demo on SQLite at http://127.0.0.1:8000 (PORT=8001 for another port)
	@$(PYTHON) -m scripts.run

worker: dev-venv ## run a Celery worker for all queues, the urgent first (needs REDIS_URL)
	@$(VENV_PYTHON) -m scripts.serve worker

beat: dev-venv ## run the clock that asks the workers for what is due (needs REDIS_URL)
	@$(VENV_PYTHON) -m scripts.serve beat

live: dev-venv ## run the process that sends live events to pages (needs REDIS_URL, LIVE_PORT=8001)
	@$(VENV_PYTHON) -m scripts.serve live

stack: dev-venv ## serve the demo as a real site is served: PostgreSQL, Redis, mail, workers, nginx (PORT=8000)
	@$(VENV_PYTHON) -m scripts.stack

test: dev-venv ## run all tests on SQLite and PostgreSQL (ARGS="-k vote" goes to pytest)
	@$(VENV_PYTHON) -m scripts.test $(ARGS)

check: dev-venv ## lint, types, import rules, templates, migrations (ARGS=mypy for one of them)
	@$(VENV_PYTHON) -m scripts.check $(ARGS)

lock: python ## write requirements/ from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(PYTHON) -m scripts.lock $(ARGS)

demo: dev-venv ## throw the demo's content away and seed it anew
	@$(VENV_PYTHON) manage.py migrate -v 0
	@$(VENV_PYTHON) manage.py seed_demo --replace $(ARGS)

screenshots: dev-venv ## take the pictures of docs/ from a running demo
	@$(VENV_PYTHON) -m scripts.screenshots $(ARGS)

bench: dev-venv ## measure, and print the comparison (ARGS=beside for one of the measurements)
	@$(VENV_PYTHON) -m bench $(ARGS)

shell: dev-venv ## a Python prompt with the models at hand
	@$(VENV_PYTHON) manage.py shell

clean: ## remove .venv and caches (the demo's database in var/ stays)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage
	rm -f var/test-*
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

dev-venv: python
	@$(PYTHON) -m scripts.venv dev

# A Python of 2018 cannot even read scripts/, where everything else about versions is said.
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null || { \
	  echo "Parkbench needs Python 3.11 or newer, and '$(PYTHON)' is none. Name one: make run PYTHON=/path/to/python3.12"; \
	  exit 1; }
