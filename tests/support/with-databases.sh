#!/bin/sh
# Runs a command with a throw-away PostgreSQL in which the platform and every service with queries (a sqlx.toml) has its
# own migrated database, named by PLATFORM_DATABASE_URL, IDENTITY_DATABASE_URL and so on. The compile-time checked
# queries need them before any program of ours is built, hence a shell script.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
folder=$(mktemp -d)
as_owner() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres: "$folder"; fi

stop() { as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
trap 'exit 130' INT TERM

as_owner "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_owner "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-c listen_addresses= -k $folder -c fsync=off" start >/dev/null

sql() { psql -qX -v ON_ERROR_STOP=1 -h "$folder" -U postgres "$@"; }
for settings in services/*/sqlx.toml; do
    service=$(basename "$(dirname "$settings")")
    sql -d postgres -c "create database $service"
    sql -d "$service" -c "create schema if not exists platform"
    for owner in platform $([ $service = platform ] || echo $service); do
        for file in services/"$owner"/migrations/*.sql; do sql -d "$service" -f "$file" >/dev/null; done
    done
    name=$(echo $service | tr a-z A-Z)_DATABASE_URL
    export "$name=postgres://postgres@localhost/$service?host=$folder"
done
"$@"
