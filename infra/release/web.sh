#!/usr/bin/env bash
# Builds the front end for the environment of build/outputs.json and publishes it.
# The page comes after all it names, and the service worker after the page, which it keeps for the time without a network.
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
aws s3 sync frontend/dist "s3://$bucket" --exclude "assets/*" --exclude index.html --exclude sw.js --cache-control "public, max-age=3600"
for page in index.html sw.js; do
  aws s3 cp "frontend/dist/$page" "s3://$bucket/$page" --cache-control "no-cache"
done
aws cloudfront create-invalidation --distribution-id "$distribution" --paths "/*" >/dev/null
jq -r '"published at \(.web.value.url)"' "$outputs"
