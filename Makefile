# Every target works from any folder: make -C path/to/this run, or make -f path/to/this/Makefile run
PYTHON ?= python3
HERE := $(if $(wildcard tools/bootstrap.py),$(CURDIR),$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
VENV_PYTHON := .venv/bin/python
# Names for bench and drill, e.g. make bench NAMES="itinerary.page feed.304"
NAMES ?=
# What to test, e.g. make test TESTS=tests/programs
TESTS ?=

.PHONY: help set-up run reset test check format messages lock bench drill

help:
	@echo "make run       everything on this machine: web, worker, beat, sweeper, database, demo"
	@echo "make test      every test, browser included        (TESTS=tests/programs for some)"
	@echo "make check     format, lint, types, imports, migrations, translations, deploy checks"
	@echo "make reset     forget the local data"
	@echo "make bench     figures as ratios to a limit        (NAMES=\"feed.304 ...\" for some)"
	@echo "make drill     what happens when things break      (NAMES=\"reminders.nofault ...\" for some)"
	@echo "make format    format the code"
	@echo "make messages  collect the texts to translate"
	@echo "make lock      pin the dependencies anew"

set-up:
	@cd '$(HERE)' && $(PYTHON) tools/bootstrap.py

run: set-up
	@cd '$(HERE)' && exec $(VENV_PYTHON) -m tools.run

reset: set-up
	@cd '$(HERE)' && $(VENV_PYTHON) -m tools.reset

test: set-up
	@cd '$(HERE)' && $(VENV_PYTHON) -m tools.system_packages
	@cd '$(HERE)' && $(VENV_PYTHON) -m pytest $(TESTS)

check: set-up
	@cd '$(HERE)' && $(VENV_PYTHON) -m tools.check

format: set-up
	@cd '$(HERE)' && .venv/bin/ruff format --quiet . && .venv/bin/ruff check --fix --quiet .

messages: set-up
	@cd '$(HERE)' && $(VENV_PYTHON) -m tools.messages

lock: set-up
	@cd '$(HERE)' && $(VENV_PYTHON) -m tools.lock

bench: set-up
	@cd '$(HERE)' && $(VENV_PYTHON) -m tools.bench $(NAMES)

drill: set-up
	@cd '$(HERE)' && exec $(VENV_PYTHON) -m tools.drill $(NAMES)
