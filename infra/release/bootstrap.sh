#!/usr/bin/env bash
# Once for an AWS account: the bucket of Terraform's state, the roles of GitHub Actions, API Gateway's right to log.
# Usage: infra/release/bootstrap.sh OWNER/REPOSITORY
set -euo pipefail
repository="${1:?usage: bootstrap.sh OWNER/REPOSITORY}"
: "${AWS_REGION:?set AWS_REGION to the region to deploy to}"
cd "$(dirname "$0")/../terraform/bootstrap"

terraform init -input=false
terraform apply -var="repository=$repository"
