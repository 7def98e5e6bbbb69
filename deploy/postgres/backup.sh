#!/usr/bin/env bash
# Writes one consistent backup of a cluster's database while it runs, and checks that it can be read.
#
#   backup.sh CONNECTION FILE        CONNECTION as psql takes it: postgresql://ngrammys@db/ngrammys
set -euo pipefail
if [ $# -ne 2 ]; then echo "usage: backup.sh CONNECTION FILE" >&2; exit 2; fi
if [ -e "$2" ]; then echo "backup.sh: $2 exists; name a new file." >&2; exit 1; fi
trap 'rm -f "$2.part"' EXIT
pg_dump --format=custom --dbname="$1" --file="$2.part"
pg_restore --list "$2.part" > /dev/null
sync "$2.part"
mv "$2.part" "$2"
echo "$2: $(stat --format=%s "$2") bytes"
