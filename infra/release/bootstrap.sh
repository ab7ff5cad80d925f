#!/usr/bin/env bash
# Once for an AWS account: the bucket of Terraform's state, the roles of GitHub Actions, API Gateway's right to log.
# Usage: infra/release/bootstrap.sh OWNER/REPOSITORY [OPTION …]      options go to `terraform apply`
# GitHub's ids of both are looked up; where that fails (a private repository), give OWNER@ID/REPOSITORY@ID.
set -euo pipefail
repository="${1:?usage: bootstrap.sh OWNER/REPOSITORY}"
shift
# shellcheck source=infra/release/region.sh
. "$(dirname "$0")/region.sh"
cd "$(dirname "$0")/../terraform/bootstrap"

if [[ "$repository" != *@* ]]; then
  if ids="$(curl --fail --silent --show-error "https://api.github.com/repos/$repository" | jq -er '"\(.owner.id) \(.id)"')"; then
    repository="${repository%/*}@${ids% *}/${repository#*/}@${ids#* }"
  else
    echo "bootstrap.sh: the ids of $repository are unknown: repositories made after 15 July 2026 cannot deploy." >&2
    echo "bootstrap.sh: \`gh api repos/$repository --jq '.owner.id, .id'\` prints them; run this again with $repository as OWNER@ID/REPOSITORY@ID." >&2
  fi
fi

terraform init -input=false
exists=false
if ! terraform state list 2>/dev/null | grep -q '^aws_iam_openid_connect_provider\.github'; then
  if aws iam list-open-id-connect-providers --query 'OpenIDConnectProviderList[].Arn' --output text |
    grep -q 'oidc-provider/token\.actions\.githubusercontent\.com'; then
    exists=true
  fi
fi
terraform apply -var="repository=$repository" -var="github_provider_exists=$exists" "$@"
