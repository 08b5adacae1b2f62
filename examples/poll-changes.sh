#!/usr/bin/env bash
# Follows `changes` without a socket: ask, process, keep the cursor, again. The cursors are those of the subscription.
set -euo pipefail
service=${SERVICE:-http://127.0.0.1:4000}
key=${API_KEY:-$(cat .meridian/api-key)}
kept=${1:-changes.cursor} # the file that holds the cursor
query=$(grep -v '^#' "$(dirname "$0")/../operations/poll-changes.graphql")

for ((round = 1; round <= ${ROUNDS:-1000000}; round++)); do
  after=null
  if [ -s "$kept" ]; then after="\"$(cat "$kept")\""; fi
  answer=$(curl -sS --retry 5 --retry-connrefused "$service/graphql" -H 'content-type: application/json' -H "authorization: Bearer $key" \
    -d "{\"query\":\"${query//$'\n'/ }\",\"variables\":{\"after\":$after,\"filter\":{\"includeOwn\":true}}}")
  case $answer in
    *'"RESYNC_REQUIRED"'*) echo 'changes were missed: read everything again' ;; # and then go on from the error's cursor
    *'"errors"'*) echo "$answer" >&2 && exit 1 ;;
  esac
  # Process first …
  grep -o '{"kind":[^}]*}' <<<"$answer" || true
  # … then keep the cursor, by a rename that is whole or not at all.
  sed -n 's/.*"cursor":"\([^"]*\)".*/\1/p' <<<"$answer" >"$kept.new"
  mv "$kept.new" "$kept"
  case $answer in *'"caughtUp":true'*) sleep "${PAUSE:-5}" ;; esac
done
