#!/usr/bin/env bash
# Makes a self-contained release archive for linux-x64: ngrammys (one box and all tools), ngrammys-silo and ngrammys-web, the bundled model, and these
# deployment files. It runs on Debian 12, Ubuntu 22.04 and 24.04 and RHEL 9 without anything installed.
#
#   deploy/release.sh [cpu | cuda | installed] [OUTPUT_FOLDER] [VERSION]
#
# cpu        libtorch for processors is inside (default)
# cuda       libtorch for NVIDIA GPUs is inside (several gigabytes)
# installed  no libtorch inside: the managed kernels, or the libtorch or PyTorch that Engine:LibTorchPath names
set -euo pipefail
cd "$(dirname "$0")/.."

backend=${1:-cpu}
output=$(mkdir -p "${2:-artifacts}" && cd "${2:-artifacts}" && pwd)
case $backend in cpu | cuda | installed) ;; *) echo "release.sh: there is no backend '$backend'; give cpu, cuda or installed." >&2; exit 2 ;; esac

version=${3:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)}
name=ngrammys-$version-linux-x64-$backend
folder=$output/$name
rm -rf "$folder" "$folder.tar.gz"

for project in Silo WebFrontend Cli; do
  # Built apart: a release must not change what a developer's own builds have restored.
  dotnet publish "src/$project" -c Release -r linux-x64 --self-contained -p:TorchBackend="$backend" -p:Version="$version" -o "$folder/bin" --artifacts-path artifacts/build -v quiet -nologo
done
ln -s NGrammys.Silo "$folder/bin/ngrammys-silo"
ln -s NGrammys.WebFrontend "$folder/bin/ngrammys-web"
cp -r README.md LICENSE docs "$folder"
cp -r deploy/systemd deploy/postgres deploy/nginx deploy/observability "$folder"

tar -C "$output" --owner=0 --group=0 --numeric-owner -czf "$folder.tar.gz" "$name"
(cd "$output" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
rm -r "$folder"
echo "$folder.tar.gz"
