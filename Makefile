# Every target makes the clone ready by itself: see scripts/bootstrap.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

RUN := scripts/run
WITH_NODE := scripts/with-node
WEB := $(WITH_NODE) npm --prefix web
# Tests that share nothing run on all cores; those of one cloud after one another, both rooms at the same time:
# browsers wait more than they work.
APART := tests/unit tests/media tests/packaging
TOGETHER := tests/integration tests/e2e
# pytest's 5: ARGS="-k …" asked for nothing in these rooms.
PYTEST = $(RUN) pytest $(1) $(ARGS)$(if $(ARGS), || [ $$? -eq 5 ])
# Arguments for the command behind a target: make demo ARGS="--candidates 40"
ARGS ?=

.PHONY: help ready node models demo up check generate test fuzz bench package clean

help: ## 列出所有命令 · list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  ARGS="…"       传给命令的参数 · arguments for the command, as in: make demo ARGS="--candidates 40"'

ready: ## 准备 uv、Python 3.13 与依赖 · prepare uv, Python 3.13 and the packages
	@scripts/bootstrap

node: ready ## 准备 Node 20 以上 · prepare Node 20 or later
	@$(WITH_NODE) node --version

models: ready ## 下载缺少的人脸模型 · fetch the face models that are missing
	@$(RUN) viva models $(ARGS)

demo: ready ## 在本机演练完整考试日 · live through an exam day on this machine
	@$(RUN) viva demo $(ARGS)

up: ready ## 启动本地云和网页 · start the local cloud and the pages
	@$(RUN) viva up $(ARGS)

check: ready ## 格式、类型、依赖规则与生成文件 · format, types, import rules, generated files
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy $(patsubst %.py,-m %,$(wildcard app.py)) -p chalicelib -p devkit -p bench -p tests
	$(RUN) lint-imports
	$(RUN) viva generate --check
	@$(RUN) viva site install
	@$(WEB) run --silent check

generate: ready ## 重新生成文档与客户端代码 · rewrite the generated files
	@$(RUN) viva generate $(ARGS)

test: check ## 检查并运行全部测试 · check, then run every test
	@$(WEB) test
	$(call PYTEST,--numprocesses=auto --dist=loadfile $(APART))
	$(call PYTEST,--numprocesses=2 --dist=loadgroup $(TOGETHER))

fuzz: ready ## 更长时间的随机测试 · the random tests for longer, under new seeds
	VIVA_FUZZ=1 $(RUN) pytest -m fuzz --timeout=0 $(APART) $(TOGETHER) $(ARGS)

bench: ready ## 运行性能基准 · run the benchmarks
	@$(RUN) viva bench $(ARGS)

package: ready ## 打包部署模板 · package the template for deployment
	@$(RUN) viva package $(ARGS)

clean: ## 删除构建产物与缓存 · remove what was built and cached, not .venv
	rm -rf build web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -not -path './.bootstrap/*' -not -path '*/node_modules/*' -prune -exec rm -rf {} +
