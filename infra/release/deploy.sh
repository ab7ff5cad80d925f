#!/usr/bin/env bash
# Everything of one environment, from here: infrastructure, functions, front end, smoke test.
# Usage: infra/release/deploy.sh ENVIRONMENT        (asks before it changes anything)
set -euo pipefail
environment="${1:?usage: deploy.sh ENVIRONMENT}"
cd "$(dirname "$0")/../.."
python=.venv/bin/python

infra/release/terraform.sh plan "$environment"
read -r -p "Carry out this plan in $environment? [y/N] " answer
[[ "$answer" == y ]] || exit 1
infra/release/terraform.sh apply "$environment"
infra/release/terraform.sh outputs "$environment"
.venv/bin/chatctl package --platform lambda
gradually=()
[[ "$environment" == prod ]] && gradually=(--gradually)
"$python" -m infra.release release "${gradually[@]}"
infra/release/web.sh
"$python" -m infra.release smoke
