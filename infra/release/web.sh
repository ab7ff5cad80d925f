#!/usr/bin/env bash
# Builds the front end for the environment of build/outputs.json and publishes it.
# The page comes last: whoever loads it finds every file it names.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH" # Node and npm of `make setup`
outputs=build/outputs.json
bucket="$(jq -er .web.value.bucket "$outputs")"
distribution="$(jq -er .web.value.distribution_id "$outputs")"

while IFS='=' read -r variable value; do
  export "$variable=$value"
done < <(jq -er '.frontend.value | to_entries[] | "\(.key)=\(.value)"' "$outputs")
npm --prefix frontend ci
npm --prefix frontend run build

# Old assets stay: pages that are open still ask for them (the bucket holds only builds and can be emptied at leisure).
aws s3 sync frontend/dist/assets "s3://$bucket/assets" --cache-control "public, max-age=31536000, immutable"
aws s3 sync frontend/dist "s3://$bucket" --exclude "assets/*" --exclude index.html --cache-control "public, max-age=3600"
aws s3 cp frontend/dist/index.html "s3://$bucket/index.html" --cache-control "no-cache"
aws cloudfront create-invalidation --distribution-id "$distribution" --paths "/*" >/dev/null
jq -r '"published at \(.web.value.url)"' "$outputs"
