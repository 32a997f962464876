# Sourced by the other scripts, which first go to the project's root: what every one of them needs.
# Finds Python, keeps .venv at exactly what a lock file names, installs Debian packages where it may.

python=.venv/bin/python
stamp=.venv/ready

say() {
    printf 'bin/%s: %s\n' "${0##*/}" "$*"
}

refuse() {
    say "$*" >&2
    exit 1
}

# Prints the newest Python that can make environments.
find_python() {
    without_venv=
    for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
        # It must answer itself: a name on the PATH may be a version manager's, with nothing behind it.
        version=$("$candidate" -c '
import sys
sys.version_info >= (3, 11) or sys.exit(1)
print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$candidate"
            return
        fi
        without_venv=${without_venv:-$version}
    done
    if [ -n "$without_venv" ]; then
        refuse "Python $without_venv lacks its module venv: install it (on Debian and Ubuntu: apt install python$without_venv-venv) and run this again."
    fi
    refuse "Python 3.11 or newer is missing: install it (on Debian and Ubuntu: apt install python3 python3-venv) and run this again."
}

# The folder and the Python that .venv belongs to: a moved folder or another Python needs a new one.
place() {
    "$python" -c 'import os, sys; print("%d.%d" % sys.version_info[:2], os.getcwd())' 2>/dev/null
}

# The line of the stamp that says "what this lock names is installed".
pinned() {
    "$python" -c 'import hashlib, sys; print(sys.argv[1], hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"
}

is_ready() {
    [ -f "$stamp" ] && grep -qxF "$(place)" "$stamp" && grep -qxF "$(pinned "$1")" "$stamp"
}

install_packages() {
    # Without a stamp the last installation was interrupted: what it left is not trusted.
    if ! { [ -f "$stamp" ] && grep -qxF "$(place)" "$stamp"; }; then
        base=$(find_python)
        say "making .venv with $("$base" --version)"
        "$base" -m venv --clear .venv || refuse ".venv could not be made, see the lines above."
    fi
    rm -f "$stamp"
    say "installing the packages of $1 (about a minute the first time)"
    "$python" -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes --requirement "$1" ||
        refuse "The packages of $1 could not be installed, see the lines above; once the network answers, run this again."
    # The package itself is made importable by its path: nothing to build, and edits count at once.
    "$python" -c '
import os, pathlib, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "ecrm_pwa.pth").write_text(os.path.abspath("src") + "\n")'
    {
        place
        pinned "$1"
        # The development lock holds everything of the other.
        [ "$1" = requirements.lock ] || pinned requirements.lock
    } >"$stamp.new"
    mv "$stamp.new" "$stamp"
}

# prepare requirements.lock | requirements-dev.lock
prepare() {
    if is_ready "$1"; then
        return
    fi
    # Two scripts started at once on a fresh clone: the second waits for the first.
    (
        if command -v flock >/dev/null; then
            flock 9
        fi
        if ! is_ready "$1"; then
            install_packages "$1"
        fi
    ) 9<bin/environment.sh
}

# Whether packages of Debian or Ubuntu can be installed without asking anybody.
may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# Debian packages, without questions and without starting their services: that is what the rule file is for, in Debian's own
# way (see invoke-rc.d); one that the machine already has is left alone. Says so when it fails; the caller looks what is there.
install_debian() (
    say "installing $* (apt-get)"
    log=$(mktemp)
    policy=/usr/sbin/policy-rc.d
    ours=
    trap 'rm -f "$log"; [ -z "$ours" ] || as_root rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    if [ ! -e "$policy" ]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    apt="env DEBIAN_FRONTEND=noninteractive apt-get -y -q"
    # The lists of packages may be missing or too old: they are fetched anew when the first try fails.
    as_root $apt install --no-install-recommends "$@" >"$log" 2>&1 ||
        { as_root $apt update >"$log" 2>&1 && as_root $apt install --no-install-recommends "$@" >>"$log" 2>&1; } ||
        { tail -n 15 "$log" && say "apt-get could not install them, see the lines above"; } >&2
)
