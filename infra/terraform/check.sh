#!/usr/bin/env bash
# Checks the Terraform configuration: format, schema, tests, plans, scan.
# TFCHECK names an offline stand-in for the provider; without it the Terraform registry is asked. CHECKOV names the
# scanner (default: checkov on PATH).
set -euo pipefail
cd "$(dirname "$0")"
export AWS_REGION="${AWS_REGION:-eu-central-1}"

if [[ -n "${TFCHECK:-}" ]]; then
  root="$(cd .. && pwd)"
  "$TFCHECK" fmt .
  for directory in . bootstrap; do
    "$TFCHECK" validate "$directory" --root "$root" --quiet
  done
  "$TFCHECK" test . --root "$root"
  for environment in dev prod; do
    for resolve in "" --resolve; do
      "$TFCHECK" plan . --root "$root" --quiet ${resolve:+"$resolve"} -var-file="environments/$environment.tfvars"
    done
  done
  "$TFCHECK" plan bootstrap --root "$root" --quiet --resolve -var=repository=owner/name
else
  terraform fmt -check -diff -recursive .
  for directory in . bootstrap; do
    terraform -chdir="$directory" init -backend=false -input=false
    terraform -chdir="$directory" validate
  done
  terraform test
fi

"${CHECKOV:-checkov}" --directory . --framework terraform --compact --quiet --skip-download
