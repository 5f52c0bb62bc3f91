# shellcheck shell=bash
# Paths, messages and small helpers that every command of setup/ shares.

REPO_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
SETUP_DIR="$REPO_ROOT/setup"

if [ "$(id -u)" = 0 ]; then
    G2P_BRIDGE_HOME="${G2P_BRIDGE_HOME:-/var/lib/g2p-bridge}"
else
    G2P_BRIDGE_HOME="${G2P_BRIDGE_HOME:-$HOME/.local/share/g2p-bridge}"
fi
export G2P_BRIDGE_HOME REPO_ROOT SETUP_DIR

# Compiled once, and not at each of the many starts of a server; never beside the sources.
export PYTHONPYCACHEPREFIX="$G2P_BRIDGE_HOME/bytecode"
unset PYTHONDONTWRITEBYTECODE

STARTED_AT=$SECONDS

# One progress line, with the seconds since the command began.
say() { printf '[%4ds] %s\n' "$((SECONDS - STARTED_AT))" "$*" >&2; }

# Ends the command with what failed and what to do about it.
die() {
    printf '\nFAILED: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}

# Runs a command quietly; on failure shows the end of its output and dies.
# usage: quietly "what this step does" command args...
quietly() {
    local what="$1" log status=0
    shift
    log="$(mktemp)"
    "$@" </dev/null >"$log" 2>&1 || status=$?
    if [ "$status" = 0 ]; then
        rm -f "$log"
        return 0
    fi
    printf '\n--- last lines of: %s\n' "$*" >&2
    tail -n 30 "$log" | cut -c1-400 >&2
    rm -f "$log"
    die "$what (exit code $status)"
}

is_root() { [ "$(id -u)" = 0 ]; }

# The first 8 hex digits of the SHA-256 of standard input.
short_hash() { sha256sum | cut -c1-8; }

# A folder that belongs to this checkout alone (demo database, logs, configuration).
instance_dir() { printf '%s/instances/%s' "$G2P_BRIDGE_HOME" "$(printf '%s' "$REPO_ROOT" | short_hash)"; }

# Creates the home so that the OS user of PostgreSQL can pass through it.
make_home() {
    mkdir -p "$G2P_BRIDGE_HOME/instances" \
        || die "cannot create $G2P_BRIDGE_HOME" "set G2P_BRIDGE_HOME to a folder you may write to"
    chmod 755 "$G2P_BRIDGE_HOME" "$G2P_BRIDGE_HOME/instances"
    if is_root && id postgres >/dev/null 2>&1; then
        as_postgres test -x "$G2P_BRIDGE_HOME/instances" \
            || die "the OS user postgres may not enter $G2P_BRIDGE_HOME" \
                "set G2P_BRIDGE_HOME to a folder below directories that everybody may enter"
    fi
}

# Runs a command as the user that owns PostgreSQL clusters: initdb refuses root.
as_postgres() {
    if is_root; then
        (cd / && runuser -u postgres -- "$@")
    else
        (cd / && "$@")
    fi
}

# A TCP port on loopback that nothing listens on now; the wanted one if it is free.
# usage: free_port [wanted]
free_port() { "${PYTHON_BASE:-python3}" "$SETUP_DIR/lib/free_port.py" "$@"; }

# A random password, safe in configuration files and addresses.
new_password() { head -c 24 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | cut -c1-24; }
