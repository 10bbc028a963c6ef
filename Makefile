# Fairhand's commands. `make run` and `make test` are all a newcomer needs.
.PHONY: help setup run test prove bench-dispatch bench-pay docs lock
.DEFAULT_GOAL := help

help:
	@echo "make run     set everything up and start Fairhand; Ctrl-C stops it (RUN='--port 8471' for options)"
	@echo "make test    set everything up and run every test"
	@echo "make prove   the same tests with large counts; may be stopped and gone on with"
	@echo "make bench-dispatch  claim and hand in over HTTP, beside Label Studio and a bare endpoint (BENCH_ARGS='--json')"
	@echo "make bench-pay  pay lines, ledger entries and statements a second (BENCH_ARGS='--statements 10000')"
	@echo "make docs    build the docs site into build/docs"
	@echo "make setup   only set up; then .venv/bin/fairhand --help"
	@echo "make lock    write requirements/*.lock anew from pyproject.toml (needs uv)"

setup:
	@sh tools/setup.sh run

run: setup
	@exec .venv/bin/fairhand up $(RUN)

test:
	@sh tools/setup.sh dev
	@exec .venv/bin/python tools/run_tests.py $(TEST)

prove:
	@sh tools/setup.sh dev
	@exec .venv/bin/python tools/run_tests.py --prove $(TEST)

bench-dispatch:
	@sh tools/setup.sh dev
	@exec .venv/bin/python -m bench.dispatch $(BENCH_ARGS)

bench-pay:
	@sh tools/setup.sh dev
	@exec .venv/bin/python -m bench.pay $(BENCH_ARGS)

docs:
	@sh tools/setup.sh dev
	@.venv/bin/python tools/reference.py
	@.venv/bin/python -m zensical build --strict

# The lock files hold versions and hashes, no addresses: any package index that serves the same files will do.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		pyproject.toml -o requirements/run.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--extra dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock
