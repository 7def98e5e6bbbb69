#!/usr/bin/env bash
# Installs a release archive on this node, or goes from one to the next: unpacks beside the old one, tries it, and restarts what runs, one unit after the
# other. What a silo was saying moves to other silos meanwhile. If a unit does not come up, the node goes back to the release before.
#
#   upgrade.sh ngrammys-0.1.0-linux-x64-cpu.tar.gz        as root; do one node at a time
set -euo pipefail

root=${NGRAMMYS_ROOT:-/opt/ngrammys}
if [ $# -ne 1 ]; then echo "usage: upgrade.sh ARCHIVE.tar.gz" >&2; exit 2; fi
archive=$(readlink -f "$1")
release=$(basename "$archive" .tar.gz)
before=$(readlink "$root/current" || true)

(cd "$(dirname "$archive")" && sha256sum --check --quiet "$release.tar.gz.sha256") \
  || { echo "upgrade.sh: the archive is damaged, or $release.tar.gz.sha256 does not lie beside it; fetch both again." >&2; exit 1; }
mkdir -p "$root/releases"
if [ "$before" != "releases/$release" ]; then
  rm -rf "$root/releases/$release"
  tar -C "$root/releases" -xzf "$archive"
fi
"$root/releases/$release/bin/ngrammys" --version > /dev/null \
  || { echo "upgrade.sh: $release does not run on this machine; nothing was changed." >&2; exit 1; }

point() {
  ln -sfn "$1" "$root/current.new"
  mv -T "$root/current.new" "$root/current"
}

# Units are up when they say so (Type=notify): restart waits for that.
restart() {
  local unit
  for unit in $(systemctl list-units --plain --no-legend --state=active,activating,failed 'ngrammys.service' 'ngrammys-silo@*.service' 'ngrammys-web.service' | awk '{ print $1 }'); do
    echo "restarting $unit"
    systemctl restart "$unit" || return 1
  done
}

point "releases/$release"
if restart; then
  echo "$release is installed${before:+; the one before, $before, is kept}"
  exit 0
fi

echo "upgrade.sh: a unit of $release does not come up; see journalctl -u 'ngrammys*'." >&2
if [ -n "$before" ]; then
  point "$before"
  restart || echo "upgrade.sh: the release before does not come up either." >&2
  echo "upgrade.sh: this node is back at $before." >&2
fi
exit 1
