#!/usr/bin/env bash
# Puts a backup into an empty database. Stop all silos and web frontends first; start them again afterwards.
#
#   restore.sh FILE CONNECTION
set -euo pipefail
if [ $# -ne 2 ]; then echo "usage: restore.sh FILE CONNECTION" >&2; exit 2; fi
tables=$(psql --no-psqlrc --tuples-only --no-align --dbname="$2" \
  --command="SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')")
if [ "$tables" != 0 ]; then echo "restore.sh: the database has $tables tables; restore into an empty one." >&2; exit 1; fi
# The list of members is that of another day: its silos are gone.
pg_restore --no-owner --exit-on-error --single-transaction --dbname="$2" "$1"
echo "restored"
