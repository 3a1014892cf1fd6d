#!/bin/sh
# Checks what must be on the machine before anything is built: Rust, Node and a few Debian packages.
# Missing packages are installed when root, otherwise the one command to run is printed.
#   prerequisites.sh        what `make run` needs
#   prerequisites.sh test   also what the tests cross-check with
set -eu

purpose=${1:-run}

rust_wanted=1.95
node_wanted=20.19

say() { printf '%s\n' "$*" >&2; }

# at_least WANTED FOUND: compares versions of the form major.minor[.patch].
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

# missing PACKAGE TEST...: remembers the package when the test fails.
packages=
missing() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || packages="$packages $package"
}

has_program() { command -v "$1"; }
has_build_tools() { has_program cc && has_program c++ && has_program make; }
# Debian ships the module that fills an environment apart from Python itself.
has_python_environments() { has_program python3 && python3 -c 'import venv, ensurepip'; }
has_file() { [ -e "$1" ]; }
has_postgres() {
    folder=$(pg_config --bindir 2>/dev/null) && [ -x "$folder/postgres" ] && return
    for program in /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$program" ] && return
    done
    return 1
}

check_packages() {
    packages=
    missing build-essential has_build_tools
    missing pkg-config has_program pkg-config
    missing cmake has_program cmake
    missing libssl-dev has_file /usr/include/openssl/ssl.h
    missing zlib1g-dev has_file /usr/include/zlib.h
    missing ca-certificates has_file /etc/ssl/certs/ca-certificates.crt
    missing postgresql has_postgres
    missing default-jre-headless has_program java
    missing maven has_program mvn
    [ "$purpose" = test ] || return 0
    missing xmlsec1 has_program xmlsec1
    missing openssl has_program openssl
    missing curl has_program curl
    missing python3-venv has_python_environments
    missing chromium has_program chromium
}

# Debian's package would start a server of its own, which nobody asked for.
keep_postgres_idle() {
    settings=/etc/postgresql-common/createcluster.conf
    [ -e "$settings" ] && return
    mkdir -p "${settings%/*}"
    printf 'create_main_cluster = false\n' >"$settings"
}

install_packages() {
    say "installing:$packages"
    case "$packages" in *postgresql*) keep_postgres_idle ;; esac
    export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
    apt-get -q update >&2
    # shellcheck disable=SC2086 # a list of package names
    apt-get -q install -y --no-install-recommends -o Dpkg::Options::=--force-confold $packages >&2
    check_packages
    [ -z "$packages" ] || { say "still missing after installation:$packages"; exit 1; }
}

check_toolchain() {
    rust_found=$(rustc --version 2>/dev/null | cut -d ' ' -f 2) || rust_found=
    if [ -z "$rust_found" ] || ! at_least "$rust_wanted" "$rust_found"; then
        say "Rust $rust_wanted must be installed (found: ${rust_found:-none}); see https://rustup.rs"
        exit 1
    fi
    node_found=$(node --version 2>/dev/null | tr -d v) || node_found=
    if [ -z "$node_found" ] || ! at_least "$node_wanted" "$node_found"; then
        say "Node $node_wanted or later must be installed (found: ${node_found:-none}); see https://nodejs.org"
        exit 1
    fi
}

check_toolchain
check_packages
[ -z "$packages" ] && exit 0
if [ "$(id -u)" -eq 0 ] && has_program apt-get >/dev/null; then
    install_packages
else
    say "Debian packages are missing. Run this once, then try again:"
    say "  sudo apt-get install -y$packages"
    exit 1
fi
