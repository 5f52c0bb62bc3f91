# shellcheck shell=bash
# Private PostgreSQL clusters: one for the demo of a checkout, a throwaway one per test run.
# A user's own server is used instead with G2P_BRIDGE_USE_PG=1 and the usual PG* variables.

using_own_postgres() { [ "${G2P_BRIDGE_USE_PG:-}" = 1 ]; }

# Sets PG_BIN to the newest installed server's programs; fails when there is none.
find_postgres() {
    local initdb
    for initdb in $(ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb 2>/dev/null | sort -rV) \
        "$(command -v initdb || true)"; do
        [ -x "$initdb" ] || continue
        [ "$("$initdb" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 13 ] || continue
        PG_BIN="$(dirname "$(readlink -f "$initdb")")"
        return 0
    done
    return 1
}

# Creates a cluster that only loopback and only its password can enter. Sorting is bytewise, as
# in every database that Odoo creates; upper and lower case are known beyond ASCII.
# A throwaway one may lose what was committed last; a killable one keeps it when PostgreSQL
# crashes, though not when the machine does.
# usage: pg_create FOLDER durable|killable|throwaway
pg_create() {
    local folder="$1" durability="$2" port password
    password="$(new_password)"
    port="$(free_port)"
    mkdir -p "$folder"
    ! is_root || chown postgres "$folder"
    chmod 700 "$folder"
    printf '%s' "$password" | as_postgres sh -c 'umask 077; cat >"$1/password"' sh "$folder"
    quietly "creating a database cluster" as_postgres "$PG_BIN/initdb" --encoding=UTF8 --lc-collate=C --lc-ctype=C.UTF-8 \
        --username=postgres --pwfile="$folder/password" --auth=scram-sha-256 "$folder/data"
    {
        printf "listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = ''\n" "$port"
        printf "max_connections = 200\nshared_buffers = 512MB\nwork_mem = 32MB\n"
        printf "maintenance_work_mem = 256MB\nmax_wal_size = 2GB\nlog_min_messages = warning\n"
        [ "$durability" = durable ] || printf "fsync = off\n"
        [ "$durability" != throwaway ] || printf "synchronous_commit = off\nfull_page_writes = off\n"
    } | as_postgres sh -c 'cat >>"$1/data/postgresql.conf"' sh "$folder"
    as_postgres touch "$folder/.complete"
}

# usage: pg_start FOLDER
pg_start() {
    local folder="$1"
    as_postgres "$PG_BIN/pg_ctl" status -D "$folder/data" >/dev/null 2>&1 && return 0
    pg_move_port_if_taken "$folder"
    as_postgres "$PG_BIN/pg_ctl" start -w -t 60 -s -D "$folder/data" -l "$folder/postgres.log" 9>&- \
        || die "PostgreSQL did not start" "see $folder/postgres.log"
}

# Another program may have taken the remembered port since.
pg_move_port_if_taken() {
    local conf="$1/data/postgresql.conf" port free
    port="$(pg_port "$1")"
    free="$(free_port "$port")"
    [ "$free" = "$port" ] || as_postgres sed -i "s/^port = .*/port = $free/" "$conf"
}

# usage: pg_stop FOLDER [fast|immediate] ; also fine when nothing runs
pg_stop() {
    [ -e "$1/data/postmaster.pid" ] || return 0
    as_postgres "$PG_BIN/pg_ctl" stop -s -m "${2:-fast}" -w -t 60 -D "$1/data" >/dev/null 2>&1 || true
}

# On the port that it had: whoever uses it comes back to that one.
# usage: pg_restart FOLDER fast|immediate
pg_restart() {
    as_postgres "$PG_BIN/pg_ctl" restart -w -t 60 -s -m "$2" -D "$1/data" -l "$1/postgres.log" 4>&- \
        || die "PostgreSQL did not come back" "see $1/postgres.log"
}

pg_port() { as_postgres sed -n 's/^port = //p' "$1/data/postgresql.conf" | tail -n 1; }

# Exports PGHOST, PGPORT, PGUSER and PGPASSWORD of the role that Odoo uses.
# Odoo refuses the role postgres, so it has its own, which may create databases.
# usage: pg_connect FOLDER
pg_connect() {
    local folder="$1" password
    password="$(as_postgres cat "$folder/password")"
    export PGHOST=127.0.0.1 PGPORT PGUSER=odoo PGPASSWORD="$password"
    PGPORT="$(pg_port "$folder")"
    if [ ! -e "$folder/.role" ]; then
        PGUSER=postgres "$PG_BIN/psql" -qX -d postgres -v ON_ERROR_STOP=1 \
            -c "CREATE ROLE odoo LOGIN CREATEDB PASSWORD '$password'" \
            || die "the database role of Odoo could not be created"
        as_postgres touch "$folder/.role"
    fi
}

# Starts (creating it where needed) the cluster of an instance and connects to it.
# usage: pg_ready FOLDER durable|killable|throwaway
pg_ready() {
    local folder="$1"
    if using_own_postgres; then
        : "${PGHOST:=localhost}" "${PGPORT:=5432}" "${PGUSER:=odoo}" "${PGPASSWORD:=}"
        export PGHOST PGPORT PGUSER PGPASSWORD
        find_postgres || PG_BIN="$(dirname "$(command -v psql)")"
        "$PG_BIN/psql" -qXAt -d postgres -c 'SELECT 1' >/dev/null 2>&1 \
            || die "no connection to PostgreSQL as $PGUSER at $PGHOST:$PGPORT" \
                "check PGHOST, PGPORT, PGUSER and PGPASSWORD; the role must be allowed to create databases"
        return 0
    fi
    if [ ! -e "$folder/.complete" ]; then
        rm -rf "$folder"
        pg_create "$folder" "$2"
    fi
    pg_start "$folder"
    pg_connect "$folder"
}

# The role that owns the tables of the audit trail where Odoo's does not, see docs/threats.md.
AUDIT_OWNER=g2p_bridge_audit

# Takes the tables of the audit trail from Odoo's role, or lends them to it.
# usage: audit_owner take|lend DATABASE
audit_owner() {
    PGUSER=postgres "$PG_BIN/psql" -qX -d "$2" -v "odoo=$PGUSER" -v "keeper=$AUDIT_OWNER" \
        -f "$SETUP_DIR/sql/audit_$1.sql" >/dev/null \
        || die "the tables of the audit trail could not be given to another role" \
            "see setup/sql/audit_$1.sql"
}

# usage: db_exists NAME
db_exists() { [ "$("$PG_BIN/psql" -qXAt -d postgres -c "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }
