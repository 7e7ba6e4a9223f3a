#!/bin/sh
# kansa: 更新プログラムの照合に使う一覧を作る（通信せず、何も変更しない）。
# 使い方: sh linux.sh 資産番号 > 一覧.txt
set -eu
. /etc/os-release
echo "# kansa-inventory: 1"
echo "# host: $(hostname -f 2>/dev/null || hostname)"
echo "# asset: ${1:-}"
echo "# os: ${ID:-}"
echo "# os_version: ${VERSION_ID:-}"
echo "# taken: $(date +%Y-%m-%dT%H:%M:%S%z | sed 's/\(..\)$/:\1/')"
if command -v dpkg-query >/dev/null 2>&1; then
  dpkg-query -W -f='${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}\n'
else
  rpm -qa --qf '%{NAME}\t%{EPOCHNUM}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{MODULARITYLABEL}\n'
fi
