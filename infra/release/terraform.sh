#!/usr/bin/env bash
# Terraform for one environment, its state in the account's state bucket.
# Usage: infra/release/terraform.sh plan|apply|outputs|destroy ENVIRONMENT [OPTION …]
#   plan     writes build/terraform/ENVIRONMENT.tfplan
#   apply    carries out that plan, nothing else
#   outputs  writes build/outputs.json
#   destroy  deletes the environment; options go to Terraform
set -euo pipefail
action="${1:?usage: terraform.sh plan|apply|outputs|destroy ENVIRONMENT}"
environment="${2:?usage: terraform.sh $action ENVIRONMENT}"
shift 2
# shellcheck source=infra/release/region.sh
. "$(dirname "$0")/region.sh"
cd "$(dirname "$0")/../terraform"
variables="environments/$environment.tfvars"
[[ -f "$variables" ]] || { echo "terraform.sh: there is no infra/terraform/$variables" >&2; exit 2; }

build="$(cd ../.. && pwd)/build"
plan="$build/terraform/$environment.tfplan"
mkdir -p "$build/terraform"

project="$(sed -n 's/^project: *//p' ../topology/topology.yaml)"
account="$(aws sts get-caller-identity --query Account --output text)"
terraform init -input=false -reconfigure \
  -backend-config="bucket=$project-terraform-state-$account" \
  -backend-config="key=$environment/terraform.tfstate" \
  -backend-config="region=$AWS_REGION"

case "$action" in
  plan) terraform plan -input=false -var-file="$variables" -out="$plan" "$@" ;;
  apply) terraform apply -input=false "$plan" ;;
  outputs) terraform output -json >"$build/outputs.json" ;;
  destroy) terraform destroy -var-file="$variables" "$@" ;;
  *) echo "terraform.sh: no such action: $action" >&2; exit 2 ;;
esac
