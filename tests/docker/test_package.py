# SPDX-License-Identifier: MIT
"""make deb: what a package leaves on a machine that installs it."""

from __future__ import annotations

import os
import pathlib
import re

from house import IMAGE, House, run, works

FILES = ["./etc/nudge/nudge.conf", "./lib/systemd/system/nudge.service",
         "./lib/systemd/system/nudge-backup.service",
         "./lib/systemd/system/nudge-backup.timer",
         "./usr/bin/nudgectl", "./usr/bin/nudged",
         "./usr/share/doc/nudge/copyright",
         "./usr/share/man/man1/nudgectl.1.gz",
         "./usr/share/man/man5/nudge.conf.5.gz",
         "./usr/share/man/man8/nudged.8.gz"]

# As the unit would, but without systemd: it is not in the image.
SCRIPT = r"""
set -eu
unset NUDGE_DATA_DIR
export DEBIAN_FRONTEND=noninteractive
cd /root
dpkg -i /deb/*.deb >/dev/null
stat -c '%U %a' /var/lib/nudge
setpriv --reuid nudge --regid nudge --clear-groups --inh-caps=-all \
	nudged --config /etc/nudge/nudge.conf --data /var/lib/nudge \
	--set http.port=8080 --set https.port=8443 2>/tmp/log &
for i in $(seq 300); do
	nudgectl ping >/tmp/ping 2>&1 && break
	sleep 0.1
done
cat /tmp/ping /tmp/log
nudgectl user add amy@example.com --password "long enough"
kill $!
wait $! && echo stopped
echo '# mine' >>/etc/nudge/nudge.conf
dpkg -r nudge >/dev/null
ls /var/lib/nudge/nudge.db /etc/nudge/nudge.conf
dpkg -i /deb/*.deb >/dev/null
tail -n 1 /etc/nudge/nudge.conf
# nobody says that the data may go, then somebody does
dpkg -P nudge >/dev/null 2>&1
ls /var/lib/nudge/nudge.db
dpkg -i /deb/*.deb >/dev/null
echo "nudge nudge/delete-data boolean true" | debconf-set-selections
dpkg -P nudge >/dev/null 2>&1
ls -d /var/lib/nudge /etc/nudge 2>/dev/null || echo purged
"""


def test_the_package_has_its_parts_and_names_what_it_needs(
        package: pathlib.Path) -> None:
    listed = re.findall(r"^\S+ root/root .* (\./\S+)$",
                        run("dpkg-deb", "-c", str(package)), re.M)
    assert set(FILES) <= set(listed)
    control = run("dpkg-deb", "-I", str(package))
    for library in ("libuv1", "libmbedtls", "libmicrohttpd12",
                    "libsqlite3-0", "libexpat1", "libcrypt1", "libcurl4"):
        assert library in control
    assert "conffiles" in control
    if works("lintian", "--version"):
        assert re.findall(
            r"^[EW]: .*",
            run("lintian", "--allow-root", str(package), check=False),
            re.M) == []


def test_the_unit_gives_up_everything_but_low_ports(
        package: pathlib.Path, tmp_path: pathlib.Path) -> None:
    run("dpkg-deb", "-x", str(package), str(tmp_path))
    unit = (tmp_path / "lib/systemd/system/nudge.service").read_text()
    assert "@" not in re.sub(r"=~?@\w[\w-]*", "", unit)
    assert "ExecStart=/usr/bin/nudged --config /etc/nudge/nudge.conf " in unit
    if not works("systemd-analyze", "--version"):
        return
    fixed = tmp_path / "nudge.service"
    fixed.write_text(unit.replace("=/usr/bin/", f"={tmp_path}/usr/bin/"))
    assert run("systemd-analyze", "verify", "--man=no", str(fixed)) == ""
    level = run("systemd-analyze", "security", "--offline=true", str(fixed))
    found = re.search(r"exposure level for \S+: ([\d.]+)", level)
    assert found and float(found.group(1)) < 2.0, level


def test_an_installed_package_serves_and_leaves_no_trace_when_purged(
        package: pathlib.Path, house: House) -> None:
    out = run("docker", "run", "--rm", "--user", "0", "--network", "none",
              "-v", f"{package.parent}:/deb:ro",
              "--entrypoint", "sh", IMAGE, "-c",
              # what the image has of its own would hide the package's
              "rm /usr/bin/nudge*; sed -i /^nudge:/d /etc/passwd /etc/group;"
              + SCRIPT)
    assert out.splitlines()[:1] == ["nudge 700"], out
    assert "https.port accepts" in out
    assert out.splitlines()[-6:] == [
        "stopped", "/etc/nudge/nudge.conf", "/var/lib/nudge/nudge.db",
        "# mine", "/var/lib/nudge/nudge.db", "purged"], out
    assert os.access(package, os.R_OK)
