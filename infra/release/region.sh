# shellcheck shell=bash
# Sourced by the scripts that reach AWS: refuses to go on without a region that the configuration can name.
: "${AWS_REGION:?set AWS_REGION to the region to deploy to}"
case "$AWS_REGION" in # every ARN here is of the partition `aws`
  cn-* | us-gov-* | us-iso* | eu-isoe-* | eusc-*)
    echo "${0##*/}: $AWS_REGION is not of AWS's public partition" >&2
    exit 2
    ;;
esac
