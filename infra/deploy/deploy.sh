#!/usr/bin/env bash
# Everything of one environment, from here: infrastructure, functions, front end, smoke test.
# Usage: infra/deploy/deploy.sh ENVIRONMENT        (asks before it changes anything)
set -euo pipefail
environment="${1:?usage: deploy.sh ENVIRONMENT}"
cd "$(dirname "$0")/../.."
python=.venv/bin/python

infra/deploy/terraform.sh plan "$environment"
read -r -p "Carry out this plan in $environment? [y/N] " answer
[[ "$answer" == y ]] || exit 1
infra/deploy/terraform.sh apply "$environment"
infra/deploy/terraform.sh outputs "$environment"
.venv/bin/chatctl package --platform lambda
"$python" -m infra.deploy release
infra/deploy/web.sh
"$python" -m infra.deploy smoke
