#!/usr/bin/env bash
# Run the model test on the protocol of 705c362: what is wrong there, a line for each known history and each seed.
#
# Both sides are of fixed commits, so that the patch between them, which gives the simulated server and tab the
# frames and calls of then, always applies. Needs the repository's whole history.
set -euo pipefail

PROTOCOL=705c362
SIMULATION=0b3f4ef
cd "$(git rev-parse --show-toplevel)"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

git archive "$SIMULATION" frontend | tar -x -C "$scratch"
rm -r "$scratch/frontend/src/protocol"
git archive "$PROTOCOL" frontend/src/protocol | tar -x -C "$scratch"
rm "$scratch"/frontend/src/protocol/*.test.ts
patch=$PWD/frontend/scripts/model-of-705c362.patch
ln -s "$PWD/frontend/node_modules" "$scratch/frontend/node_modules"
cd "$scratch"
git apply "$patch"
cd frontend
node_modules/.bin/vitest run src/protocol/red.test.ts --disable-console-intercept
