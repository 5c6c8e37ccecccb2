#!/usr/bin/env bash
# Makes the headers with which this machine's nginx was built:  middleware/nginx/configure.sh SOURCES FOLDER
# SOURCES: the sources of nginx-dev. Its conf_flags is a bash array.
set -euo pipefail
sources=$1 folder=$2
[ -e "$folder/objs/ngx_auto_config.h" ] && exit 0
rm -rf "$folder"
cp -rs "$sources" "$folder"
cd "$folder"
# shellcheck source=/dev/null
. ./conf_flags
./configure "${NGX_CONF_FLAGS[@]}" >configure.log 2>&1 || { cat configure.log >&2; exit 1; }
