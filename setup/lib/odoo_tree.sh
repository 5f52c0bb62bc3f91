# shellcheck shell=bash
# Odoo 19 as Debian packages it, unpacked (not installed) below G2P_BRIDGE_HOME.

ODOO_TREE="$G2P_BRIDGE_HOME/odoo-19"
# shellcheck disable=SC2034  # read in venv.sh
ODOO_DIST="$ODOO_TREE/usr/lib/python3/dist-packages"
# Raise when build_odoo_tree changes, so that existing trees are built anew.
ODOO_TREE_LAYOUT=1
# Odoo's own package and the packages that its links point into. Font Awesome must be the
# one of Debian 12: the newer one lacks the web fonts that Odoo's style sheets load.
ODOO_DEBS=(odoo-19/unstable fonts-montserrat/unstable fonts-font-awesome/bookworm
    fonts-roboto-unhinted/bookworm fonts-inconsolata/bookworm fonts-ocr-b/bookworm
    fonts-dejavu-core/bookworm libjs-jquery/bookworm libjs-jquery-form/bookworm
    libjs-underscore/bookworm)

have_odoo_tree() { [ "$(cat "$ODOO_TREE/.layout" 2>/dev/null)" = "$ODOO_TREE_LAYOUT" ]; }

# Replaces every link below Odoo by a copy of what it points to, inside or outside the tree.
copy_link_targets() {
    local root="$1" link target name found
    find "$root/usr/lib/python3/dist-packages/odoo" -type l | while read -r link; do
        name="$(basename "$link")"
        target="$(readlink "$link")"
        case "$name" in
            fontawesome-webfont.*) target="$(find "$root/usr/share" -name "$name" -type f | head -n 1)" ;;
            *)
                [ "${target#/}" != "$target" ] && target="$root$target" || target="$(dirname "$link")/$target"
                ;;
        esac
        found="$(realpath -e "$target" 2>/dev/null || true)"
        # A link of a Debian package may itself be absolute: then its target is below the root too.
        if [ -z "$found" ] && [ -L "$target" ]; then
            found="$(realpath -e "$root$(readlink "$target")" 2>/dev/null || true)"
        fi
        [ -n "$found" ] || { printf '%s -> %s\n' "$link" "$(readlink "$link")"; continue; }
        rm "$link" && cp -rL "$found" "$link"
    done
}

build_odoo_tree() {
    local work="$1" root dist selfie
    root="$work/root"
    dist="$root/usr/lib/python3/dist-packages"
    say "downloading Odoo 19 (about 120 MB)"
    private_apt_open "$work/apt" odoo-19
    quietly "downloading Odoo 19 and its fonts" private_apt_unpack "$work/apt" "$root" "${ODOO_DEBS[@]}"
    # By-products of packaging that would shadow the real addons.
    rm -rf "$dist/addons" "$dist/doc" "$dist/setup"
    local broken
    broken="$(copy_link_targets "$root")"
    [ -z "$broken" ] || die "Odoo's package has links with no target: $broken"
    # Debian leaves this file out; without it every page logs an error and tours fail.
    selfie="$dist/odoo/addons/mail/static/lib/selfie_segmentation"
    mkdir -p "$selfie"
    [ -e "$selfie/selfie_segmentation.js" ] || : >"$selfie/selfie_segmentation.js"
    # The index has the driver as psycopg2-binary; pip then finds Odoo's needs fulfilled.
    sed -i 's/^Requires-Dist: psycopg2>=/Requires-Dist: psycopg2-binary>=/' \
        "$dist"/odoo-19.0.egg-info/PKG-INFO
    printf '%s\n' "$ODOO_TREE_LAYOUT" >"$root/.layout"
}

# Makes sure that the unpacked Odoo is there; built aside, then renamed.
ensure_odoo_tree() {
    have_odoo_tree && return 0
    local work
    rm -rf "$G2P_BRIDGE_HOME"/odoo-19.partial.*
    work="$(mktemp -d "$G2P_BRIDGE_HOME/odoo-19.partial.XXXXXX")"
    chmod 755 "$work"
    build_odoo_tree "$work"
    rm -rf "$ODOO_TREE"
    mv "$work/root" "$ODOO_TREE"
    rm -rf "$work"
    say "Odoo 19 is in $ODOO_TREE"
}
