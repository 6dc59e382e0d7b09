#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the image that docker/Dockerfile begins with, where no registry can be
# reached: a small Debian from the mirror that apt uses here.  Does nothing
# when the image is there already.
set -eu
cd "$(dirname "$0")/.."

image=$(sed -n 's/^ARG BASE=//p' docker/Dockerfile)
release=bookworm
if docker image inspect "$image" >/dev/null 2>&1; then
	exit 0
fi
if ! command -v debootstrap >/dev/null; then
	echo "Installing: debootstrap"
	apt-get update -q
	env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends debootstrap
fi

# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
	'Created-By: Packages' 2>/dev/null |
	sed -n "s/ $release\$//p" | head -n 1)
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
chmod 755 "$there"

echo "Making $image ..."
# What Debian's own slim image leaves out, too.
mkdir -p "$there/etc/dpkg/dpkg.cfg.d"
cat >"$there/etc/dpkg/dpkg.cfg.d/slim" <<-END
	path-exclude /usr/share/doc/*
	path-exclude /usr/share/man/*
	path-exclude /usr/share/info/*
	path-exclude /usr/share/lintian/*
	path-exclude /usr/share/locale/*
END
# shellcheck disable=SC2086
debootstrap --variant=minbase $release "$there" $mirror >"$there.log" 2>&1 || {
	cat "$there.log" >&2
	rm -f "$there.log"
	exit 1
}
rm -rf "$there.log" "$there"/var/cache/apt/* "$there"/var/lib/apt/lists/* \
	"$there"/var/log/*.log "$there"/usr/share/doc/* \
	"$there"/usr/share/man/* "$there"/usr/share/locale/* \
	"$there"/usr/share/info/* "$there"/usr/share/lintian
mkdir -p "$there/var/cache/apt/archives/partial"
tar -C "$there" -c . | docker import -c 'CMD ["bash"]' - "$image" >/dev/null
docker image inspect -f "$image: {{.Size}} bytes" "$image"
