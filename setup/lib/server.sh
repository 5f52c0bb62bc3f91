# shellcheck shell=bash
# The Odoo server of the demo: started in the background, found again by its process id.

# usage: server_running FOLDER ; true while the recorded process is this instance's server
server_running() {
    local pid
    pid="$(cat "$1/odoo.pid" 2>/dev/null)" || return 1
    [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$1/odoo.conf"
}

# usage: server_start FOLDER DATABASE PORT ; returns when the login page answers
server_start() {
    local folder="$1" database="$2" url="http://127.0.0.1:$3/web/login" deadline
    server_running "$folder" && return 0
    # Odoo starts a new session, so that a Ctrl-C at the terminal is not also meant for it.
    setsid "$PYTHON" "$SETUP_DIR/odoo-bin" -c "$folder/odoo.conf" -d "$database" \
        --db-filter "^$database\$" </dev/null >>"$folder/odoo.log" 2>&1 8>&- &
    echo $! >"$folder/odoo.pid"
    deadline=$((SECONDS + 120))
    until page_answers "$url"; do
        server_running "$folder" || { tail -n 30 "$folder/odoo.log" >&2; die "Odoo ended while starting" "see $folder/odoo.log"; }
        [ $SECONDS -lt $deadline ] || die "Odoo did not answer at $url within 2 minutes" "see $folder/odoo.log"
        sleep 0.3
    done
}

page_answers() {
    "$PYTHON" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=30).read()' "$1" \
        >/dev/null 2>&1
}

# Ends the server in order; by force when it does not end. Also fine when nothing runs.
# usage: server_stop FOLDER
server_stop() {
    local folder="$1" pid deadline=$((SECONDS + 30))
    if server_running "$folder"; then
        pid="$(cat "$folder/odoo.pid")"
        kill -TERM "$pid" 2>/dev/null || true
        while server_running "$folder" && [ $SECONDS -lt $deadline ]; do sleep 0.2; done
        ! server_running "$folder" || kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    rm -f "$folder/odoo.pid"
}
