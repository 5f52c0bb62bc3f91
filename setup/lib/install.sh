# shellcheck shell=bash
# Everything that must be on the machine before anything can run.

for _part in common debian odoo_tree venv postgres instance server; do
    # shellcheck source=/dev/null
    . "$(dirname "${BASH_SOURCE[0]}")/$_part.sh"
done
unset _part

# usage: install_all [--tests] ; sets PYTHON, VENV and the paths of PostgreSQL
install_all() {
    local requirements=("$REPO_ROOT/requirements.txt") packages=()
    if [ "${1:-}" = --tests ]; then
        requirements+=("$REPO_ROOT/test-requirements.txt")
        packages+=(wkhtmltopdf)
        # The commands of the page for integrators.
        command -v curl >/dev/null || packages+=(curl)
        command -v openssl >/dev/null || packages+=(openssl)
        [ -n "$(find_browser)" ] || packages+=(chromium)
        # In front of a server, with docs/deploy/nginx.conf; it is not on everybody's path.
        command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages+=(nginx)
    fi
    using_own_postgres || find_postgres || packages+=(postgresql)
    # Reading them as a list, so that apt is asked once.
    [ ${#packages[@]} = 0 ] || need_packages "${packages[@]}"
    using_own_postgres || find_postgres || die "PostgreSQL 13 or newer was not found after installing it"
    make_home
    exec 9>"$G2P_BRIDGE_HOME/install.lock"
    flock -n 9 || { say "waiting for another installation to finish"; flock 9; }
    find_python
    find_odoo
    ensure_venv "${requirements[@]}"
    exec 9>&-
}

# The browser that tours and browser tests use.
find_browser() { command -v chromium || command -v google-chrome || command -v chromium-browser || true; }
