# shellcheck shell=bash
# The Python environment: a venv beside Odoo, shared by checkouts with equal requirements.

# Odoo 19 runs on 3.10 and newer; its pinned dependencies have no builds for 3.14 yet.
python_fits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' \
        >/dev/null 2>&1
}

# Sets PYTHON_BASE, the interpreter that venvs are made from.
find_python() {
    local name
    if [ -n "${ODOO_PYTHON:-}" ]; then
        python_fits "$ODOO_PYTHON" || die "ODOO_PYTHON=$ODOO_PYTHON is no Python 3.10 to 3.13 with venv"
        PYTHON_BASE="$ODOO_PYTHON"
        return
    fi
    for name in python3 python3.11 python3.12 python3.10 python3.13; do
        if command -v "$name" >/dev/null && python_fits "$name"; then
            # The interpreter itself, not a version manager's shim.
            PYTHON_BASE="$("$name" -c 'import sys; print(sys.executable)')"
            return
        fi
    done
    need_packages python3 python3-venv
    python_fits python3 || die "no Python 3.10 to 3.13 with the venv module was found" \
        "install one, or name it in ODOO_PYTHON"
    PYTHON_BASE="$(command -v python3)"
}

# Sets ODOO_PTH, the lines of a .pth file that let a venv see Odoo, and ODOO_PINS, the
# requirement files of Odoo itself (none where ODOO_PYTHON has them).
find_odoo() {
    ODOO_PINS=("$SETUP_DIR/odoo-requirements.txt")
    ODOO_PTH=""
    if [ -n "${ODOO_BIN:-}" ]; then
        ODOO_PTH="$(cd "$(dirname "$ODOO_BIN")" 2>/dev/null && pwd -P || true)"
        [ -f "$ODOO_PTH/odoo/release.py" ] || die "ODOO_BIN=$ODOO_BIN does not lie beside Odoo's sources"
    elif [ -z "${ODOO_PYTHON:-}" ]; then
        ensure_odoo_tree
        ODOO_PTH="$ODOO_DIST"
    fi
    [ -n "${ODOO_PYTHON:-}" ] || return 0
    # The venv sees what that Python sees, so that nothing is ever installed into it.
    ODOO_PINS=()
    ODOO_PTH="$(printf '%s\n' "$ODOO_PTH"; "$ODOO_PYTHON" -c '
import sys
for path in sys.path:
    if path.endswith("-packages"):
        print(f"import site; site.addsitedir({path!r})")')"
}

# Odoo run from its sources has no metadata, and addon packages require "odoo==19.0.*".
name_odoo_to_pip() {
    "$PYTHON" - <<'PY'
import importlib.metadata
import pathlib
import sysconfig

try:
    importlib.metadata.version("odoo")
except importlib.metadata.PackageNotFoundError:
    info = pathlib.Path(sysconfig.get_path("purelib"), "odoo-19.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")
    (info / "RECORD").write_text("")
PY
}

# Environments that no checkout has used for a month: requirements change, disks are finite.
# So are checkouts, and what was compiled of both.
forget_old_venvs() {
    find "$G2P_BRIDGE_HOME" -maxdepth 1 -name 'venv-*' -mtime +30 -exec rm -rf {} +
    [ ! -d "$PYTHONPYCACHEPREFIX" ] || find "$PYTHONPYCACHEPREFIX" -type f -mtime +30 -delete
}

# usage: ensure_venv requirement-file... ; sets VENV and PYTHON
ensure_venv() {
    local files=("${ODOO_PINS[@]}" "$@") key args=() file
    key="$( (cat "${files[@]}"; printf '%s\n' "$ODOO_PTH"; "$PYTHON_BASE" -VV; echo "$PYTHON_BASE") | short_hash)"
    VENV="$G2P_BRIDGE_HOME/venv-$key"
    PYTHON="$VENV/bin/python"
    export VENV PYTHON
    if [ -e "$VENV/.complete" ]; then
        touch "$VENV"
        return 0
    fi
    forget_old_venvs
    say "creating the Python environment $VENV"
    rm -rf "$VENV"
    quietly "creating the Python environment" "$PYTHON_BASE" -m venv "$VENV"
    printf '%s\n' "$ODOO_PTH" | sed '/^$/d' \
        >"$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/odoo-19.pth"
    quietly "finding Odoo 19 (ODOO_PYTHON, ODOO_BIN)" "$PYTHON" -c 'import odoo.release as r; assert r.version_info[0] == 19, r.version'
    name_odoo_to_pip
    for file in "${files[@]}"; do args+=(-r "$file"); done
    quietly "installing Python packages from $(basename -a "${files[@]}" | tr '\n' ' ')" \
        "$PYTHON" -m pip install --no-input --prefer-binary "${args[@]}"
    # Other packages of a user's own Python may be at odds: not ours to judge.
    [ -n "${ODOO_PYTHON:-}" ] || quietly "checking that the Python packages fit together" "$PYTHON" -m pip check
    quietly "importing Odoo 19" "$PYTHON" -c 'import odoo.cli'
    printf '%s\n' "$key" >"$VENV/.complete"
}
