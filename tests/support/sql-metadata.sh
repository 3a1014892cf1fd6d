#!/bin/sh
# Query metadata of the compile-time checked queries (.sqlx of each crate).
#   check   compares what is committed with what the build against live databases has just written into target/sqlx
#   update  builds crate by crate against live databases and replaces what is committed
# Runs inside with-databases.sh.
set -eu
fresh=$PWD/target/sqlx
crates="${CRATES:-$(for file in services/*/sqlx.toml; do basename "$(dirname "$file")"; done)}"

# The platform is built along when it changed; its queries are kept with it alone.
forget_platform() {
    for file in services/platform/.sqlx/*.json; do rm -f "services/$1/.sqlx/$(basename "$file")"; done
}

update() {
    for crate in $crates; do
        rm -rf "$fresh" "services/$crate/.sqlx"
        mkdir -p "$fresh" "services/$crate/.sqlx"
        touch "services/$crate/src/lib.rs"
        SQLX_OFFLINE_DIR=$fresh cargo build --locked --package "$crate" --all-targets
        find "$fresh" -name 'query-*.json' -exec cp {} "services/$crate/.sqlx/" \;
        [ "$crate" = platform ] || forget_platform "$crate"
    done
}

check() {
    kept=$(mktemp -d)
    trap 'rm -rf "$kept"' EXIT
    for crate in $crates; do find "services/$crate/.sqlx" -name 'query-*.json' -exec cp {} "$kept/" \;; done
    diff -rq "$kept" "$fresh" || {
        echo "The committed .sqlx differs from what queries and migrations say: run 'make db-prepare'." >&2
        exit 1
    }
}

"$1"
