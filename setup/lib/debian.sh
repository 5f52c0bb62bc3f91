# shellcheck shell=bash
# Debian packages: those the machine needs installed, and those only unpacked.

# usage: missing_packages name... ; prints the ones that are not installed
missing_packages() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] \
            || printf '%s\n' "$name"
    done
}

# Installs what is missing as root; tells a normal user the command.
# usage: need_packages name...
need_packages() {
    local missing
    command -v dpkg-query >/dev/null || die "this machine is not Debian-based" \
        "point ODOO_PYTHON at a Python with Odoo 19, and G2P_BRIDGE_USE_PG=1 at a PostgreSQL"
    missing="$(missing_packages "$@" | tr '\n' ' ')"
    [ -n "${missing// /}" ] || return 0
    is_root || die "these Debian packages are missing: $missing" \
        "run: sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
    say "installing Debian packages: $missing"
    export DEBIAN_FRONTEND=noninteractive
    quietly "reading the package lists" apt-get -o DPkg::Lock::Timeout=300 update
    # shellcheck disable=SC2086
    quietly "installing the Debian packages $missing" \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing
}

# The archive addresses of this machine's own apt sources, likeliest Debian mirror first.
debian_mirrors() {
    if [ -n "${G2P_BRIDGE_DEBIAN_MIRROR:-}" ]; then
        printf '%s\n' "$G2P_BRIDGE_DEBIAN_MIRROR"
        return
    fi
    apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null \
        | grep -v security | awk '!seen[$0]++' \
        | awk '/\/debian\/?$/ {print; next} {rest[++n] = $0} END {for (i = 1; i <= n; i++) print rest[i]}'
}

# apt with a state of its own, so that the machine's lists and sources stay untouched.
# usage: private_apt STATE apt-get|apt-cache args...
private_apt() {
    local state="$1" tool="$2"
    shift 2
    "$tool" \
        -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::Etc::preferences=- -o Dir::Etc::preferencesparts=- \
        -o Dir::State="$state" -o Dir::State::Lists="$state/lists" -o Dir::State::status="$state/status" \
        -o Dir::Cache="$state/cache" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
        "$@"
}

# Finds a mirror that has the package and leaves the private state ready for downloads.
# usage: private_apt_open STATE package
private_apt_open() {
    local state="$1" package="$2" mirror options="" keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    : >"$state/status"
    [ -r "$keyring" ] && options="[signed-by=$keyring] "
    while read -r mirror; do
        printf 'deb %s%s %s main\n' "$options" "$mirror" unstable "$options" "$mirror" bookworm \
            >"$state/sources.list"
        private_apt "$state" apt-get update </dev/null >"$state/update.log" 2>&1 || continue
        private_apt "$state" apt-cache show "$package" >/dev/null 2>&1 && return 0
    done < <(debian_mirrors)
    [ -s "$state/update.log" ] && tail -n 10 "$state/update.log" >&2
    die "no archive in this machine's apt sources offers the package $package" \
        "name a Debian mirror in G2P_BRIDGE_DEBIAN_MIRROR," \
        "or point ODOO_PYTHON (or ODOO_BIN) at an Odoo 19 that is already here"
}

# Downloads packages without installing them and unpacks them all into one folder.
# usage: private_apt_unpack STATE TARGET package/suite...
private_apt_unpack() {
    local state="$1" target="$2" file
    shift 2
    mkdir -p "$state/debs" "$target"
    (cd "$state/debs" && private_apt "$state" apt-get download "$@") || return 1
    for file in "$state"/debs/*.deb; do dpkg -x "$file" "$target" || return 1; done
}
