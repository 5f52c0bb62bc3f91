# shellcheck shell=bash
# One running Odoo: its configuration, its databases, the addons of this checkout.

# usage: write_odoo_conf FILE DATA_FOLDER HTTP_PORT
# Time and memory limits are off: they exist for public servers, and with threads a limit
# restarts the whole server under the feet of a long job. `workers = 0` (threads) needs no
# reverse proxy for web sockets; db_maxconn leaves room for jobs, for the example bank's
# endpoints that these jobs call, and for people, since every thread holds up to 3 connections.
# The example bank and mapper stand on this machine, so it may be called.
# Secrets are sealed with the key of the file's folder, if it has one.
write_odoo_conf() {
    local file="$1" data="$2" http="$3" key
    key="$(dirname "$1")/secret.key"
    mkdir -p "$data"
    (
        umask 077
        cat >"$file.new" <<CONF
[options]
addons_path = $(addons_path)
data_dir = $data
db_host = $PGHOST
db_port = $PGPORT
db_user = $PGUSER
${PGPASSWORD:+db_password = $PGPASSWORD}
db_maxconn = 60
http_interface = 127.0.0.1
http_port = $http
gevent_port = $((http + 3))
list_db = False
limit_memory_hard = 0
limit_memory_soft = 0
limit_time_cpu = 3600
limit_time_real = 3600
max_cron_threads = 1
server_wide_modules = base,rpc,web,queue_job
skip_auto_install = True
workers = 0

[queue_job]
channels = ${G2P_BRIDGE_CHANNELS:-root:4,root.g2p_bridge:2,root.g2p_bridge_example_bank:2}
scheme = http
host = 127.0.0.1
port = $http
jobrunner_db_host = $PGHOST
jobrunner_db_port = $PGPORT
jobrunner_db_user = $PGUSER
${PGPASSWORD:+jobrunner_db_password = $PGPASSWORD}
CONF
        printf '\n[g2p_bridge]\nprivate_networks = 127.0.0.0/8\n' >>"$file.new"
        [ ! -e "$key" ] || printf 'secret_key_file = %s\n' "$key" >>"$file.new"
    )
    mv "$file.new" "$file"
}

# The key that secrets of this folder's databases are sealed with, made once.
# usage: secret_key_ready FOLDER
secret_key_ready() {
    [ -e "$1/secret.key" ] || (
        umask 077
        # As Fernet wants it: 32 random bytes in the alphabet for addresses.
        head -c 32 /dev/urandom | base64 | tr '+/' '-_' >"$1/secret.key.new"
        mv "$1/secret.key.new" "$1/secret.key"
    )
}

# For test processes: neither crons nor jobs run beside the tests.
# usage: without_background_work FILE
without_background_work() {
    sed -i -e 's/^max_cron_threads = .*/max_cron_threads = 0/' -e 's/^channels = .*/channels = root:0/' "$1"
}

# Where Odoo looks for addons: this checkout, and the PBMS stand-in of the tests.
# A user's own Odoo sources (ODOO_BIN) keep most addons beside the package.
addons_path() {
    local paths="$REPO_ROOT" extra
    for extra in "$REPO_ROOT/tests/pbms" ${ODOO_BIN:+"$(dirname "$ODOO_BIN")/addons"}; do
        compgen -G "$extra/*/__manifest__.py" >/dev/null && paths="$paths,$extra"
    done
    printf '%s' "$paths"
}

# Folders at the root of the repository that are installable addons, one name a line.
repo_addons() {
    "$PYTHON" - "$REPO_ROOT" <<'PY'
import ast
import pathlib
import sys

for manifest in sorted(pathlib.Path(sys.argv[1]).glob("*/__manifest__.py")):
    if ast.literal_eval(manifest.read_text(encoding="utf-8")).get("installable", True):
        print(manifest.parent.name)
PY
}

# A hash of all that a running server depends on: the addons (without tests) and the packages.
addons_hash() {
    (
        cd "$REPO_ROOT" || exit
        find . -mindepth 2 -type f -not -path '*/.*' -not -path './setup/*' -not -path './tests/test*' \
            -not -path './benchmarks/*' -not -path '*/__pycache__/*' -not -path './g2p_*/tests/*' \
            -print0 | sort -z | xargs -0 sha256sum "$VENV/.complete" | short_hash
    )
}

# Runs Odoo once, without serving. usage: odoo_once CONF DATABASE arguments...
odoo_once() {
    local conf="$1" database="$2"
    shift 2
    "$PYTHON" "$SETUP_DIR/odoo-bin" -c "$conf" -d "$database" --stop-after-init --no-http \
        --log-level="${G2P_BRIDGE_LOG_LEVEL:-warn}" "$@"
}

# usage: comma_list words... ; joins with commas
comma_list() { local IFS=,; printf '%s' "$*"; }

# usage: drop_db DATA_FOLDER DATABASE
drop_db() {
    PGOPTIONS='-c client_min_messages=warning' "$PG_BIN/dropdb" --if-exists --force "$2"
    rm -rf "$1/filestore/$2"
}

# usage: copy_db DATA_FOLDER FROM TO ; the files of attachments lie outside the database
copy_db() {
    "$PG_BIN/createdb" -T "$2" "$3"
    [ ! -d "$1/filestore/$2" ] || cp -a "$1/filestore/$2" "$1/filestore/$3"
}

# usage: rename_db DATA_FOLDER FROM TO
rename_db() {
    [ ! -d "$1/filestore/$2" ] || mv "$1/filestore/$2" "$1/filestore/$3"
    "$PG_BIN/psql" -qX -d postgres -v ON_ERROR_STOP=1 -c "ALTER DATABASE \"$2\" RENAME TO \"$3\""
}
