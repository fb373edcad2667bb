#!/usr/bin/env bash
# For benchmarks with a stack of their own, which source it from the top folder of the checkout. It sets
#
#   generator   what makes flows, from CPA_SHARED; it may be missing
#   folder      a temporary one
#
# and ends with the script all that was started, and the folder.
generator=${CPA_SHARED:-../shared}/data/gen_flows.py
unset CPA_SHARED
export PATH=$PWD/build-tools/bin:$PATH:/usr/sbin:/sbin
folder=$(mktemp -d "${TMPDIR:-/tmp}/cpa-bench.XXXXXX")
chmod 755 "$folder" # as root, the stack's user must be able to enter
started=()          # processes

end() { # PROCESS
  kill -TERM "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
finish() {
  local process
  for process in "${started[@]}"; do end "$process"; done
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Ends the script where there is no generator: nothing is measured, and that is no failure.
need_generator() { # WHAT IS MEASURED
  [ -e "$generator" ] && return
  echo "$1: skipped, no $generator (set CPA_SHARED)"
  exit 0
}
make_flows() { # LINES FILE
  python3 "$generator" --flows "$1" --workloads 120 --namespaces 12 --seed 7 --out "$2" 2>/dev/null
}

# Starts a stack, whose log is NAME.log in the folder; what follows speaks to it (STACK_URL, PGHOST, ...).
start_stack() { # NAME PROGRAM [OPTIONS OF deploy/stack]
  deploy/stack --dir "$folder/$1" --port $((20000 + RANDOM % 10000)) --program "$2" "${@:3}" >"$folder/$1.log" 2>&1 &
  started+=($!)
  until [ -e "$folder/$1/ready" ]; do
    kill -0 "${started[-1]}" || { cat "$folder/$1.log" >&2; exit 1; }
    sleep 0.2
  done
  set -a
  # shellcheck disable=SC1090
  . "$folder/$1/ready"
  set +a
}
