#!/bin/sh
# Makes sure that nginx, PostgreSQL and openssl are there: those that are, else Debian's (where apt and root are there).
# bench/replicas.py and bench/postgres.py look for them.
set -eu
PATH=$PATH:/usr/sbin
wanted=""
command -v nginx >/dev/null 2>&1 || wanted="nginx-light"
command -v openssl >/dev/null 2>&1 || wanted="$wanted openssl"
ls /usr/lib/postgresql/*/bin/pg_basebackup >/dev/null 2>&1 || command -v pg_basebackup >/dev/null 2>&1 || wanted="$wanted postgresql"
[ -n "$wanted" ] || exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  # shellcheck disable=SC2086
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null && exit 0
fi
echo "To try several servers behind a proxy, install: $wanted" >&2
exit 1
