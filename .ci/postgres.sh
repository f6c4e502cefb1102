#!/bin/bash
# Starts and stops a throw-away PostgreSQL for tests, on a socket in a folder of
# its own: no port, no password, no trace. It installs nothing.
#
#   dsn=$(.ci/postgres.sh start) && CONURB_PG=$dsn go test ./store; .ci/postgres.sh stop
#
# With CONURB_PG_FSYNC=on commits wait for the disk, as a measurement has to.
set -euo pipefail

# Another checkout on the same machine has a server of its own.
tree=$(cd "$(dirname "$0")/.." && pwd -P | cksum | cut -d' ' -f1)
state=${CONURB_PG_STATE:-${TMPDIR:-/tmp}/conurb-postgres-$(id -u)-$tree}

fail() { echo "postgres.sh: $*" >&2; exit 1; }

# bin prints the folder of initdb, the newest version first.
bin() {
	local dir
	for dir in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -rV); do
		if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then echo "$dir"; return; fi
	done
	command -v initdb >/dev/null && command -v pg_ctl >/dev/null || return 1
	dirname "$(readlink -f "$(command -v pg_ctl)")"
}

# as runs a command as the user that the server runs under: PostgreSQL refuses root.
as() {
	if [ "$(id -u)" != 0 ]; then "$@"; return; fi
	if command -v runuser >/dev/null; then runuser -u postgres -- "$@"; else su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$@"; fi
}

start() {
	local tools dir
	tools=$(bin) || fail "PostgreSQL is missing. Debian/Ubuntu: apt-get install postgresql"
	if [ "$(id -u)" = 0 ]; then id postgres >/dev/null 2>&1 || fail "run as root this needs the user postgres, which the package makes"; fi
	stop
	dir=$(mktemp -d /tmp/conurb-pg-XXXXXX) # a socket's path must be short
	if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
	echo "$dir" >"$state"
	(
		cd /
		as "$tools/initdb" -D "$dir/data" -U conurb -A trust -E UTF8 --locale=C --no-sync >"$dir.log" 2>&1
		# Nothing here must outlive the tests, so nothing waits for the disk; but a bench may ask for that.
		as "$tools/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 \
			-o "-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=${CONURB_PG_FSYNC:-off} -c max_connections=200" start >>"$dir.log" 2>&1
		as "$tools/createdb" -h "$dir" -U conurb conurb >>"$dir.log" 2>&1
	) </dev/null || { cat "$dir.log" "$dir/server.log" >&2 2>/dev/null || true; stop; exit 1; }
	echo "postgres://conurb@/conurb?host=$dir"
}

stop() {
	[ -f "$state" ] || return 0
	local dir tools
	dir=$(cat "$state")
	rm -f "$state"
	case $dir in /tmp/conurb-pg-*) ;; *) fail "$state names $dir, which this script did not make" ;; esac
	if tools=$(bin) && [ -f "$dir/data/postmaster.pid" ]; then
		(cd / && as "$tools/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1) || true
	fi
	rm -rf "$dir" "$dir.log"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*) fail "usage: $0 start|stop" ;;
esac
