# SPDX-License-Identifier: MIT
"""Processes of a benchmark: who runs where, and what they print."""
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time

SERVER_CPU, LOAD_CPU = 0, 1
HOST = "127.0.0.1"
START_LIMIT = 60.0
RUN_LIMIT = 900.0


def free_port():
    with socket.socket() as s:
        s.bind((HOST, 0))
        return s.getsockname()[1]


def spawn(argv, cpu, **more):
    """Start argv on one processor: children inherit our affinity."""
    os.sched_setaffinity(0, {cpu})
    try:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, **more)
    finally:
        os.sched_setaffinity(0, {LOAD_CPU})


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port, greeting):
    """Is somebody there who answers the greeting?"""
    try:
        with socket.create_connection((HOST, port), timeout=2) as s:
            if greeting:
                s.sendall(greeting)
                return bool(s.recv(64))
            return True
    except OSError:
        return False


def wait_ready(process, port, greeting=b""):
    end = time.monotonic() + START_LIMIT
    while not answers(port, greeting):
        if process.poll() is not None or time.monotonic() > end:
            stop(process)
            raise SystemExit(f"bench: {process.args[0]} did not start")
        time.sleep(0.0003)


class Peer:
    """The bare relay or the bare TLS server."""

    def __init__(self, argv, port):
        self.port = port
        self.process = spawn(argv, SERVER_CPU)
        wait_ready(self.process, port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process)

    def target(self):
        return {"port": self.port, "https": self.port,
                "pid": self.process.pid}


class Server:
    """nudged on a data folder of the benchmark."""

    GREETING = b"VER 1 MSNP9 CVR0\r\n"

    def __init__(self, build, data, settings):
        self.ns, self.http, self.https = (free_port() for _ in range(3))
        argv = [os.path.join(build, "nudged"), "--data", data]
        for name, value in {
                "listen.address": HOST, "ns.port": self.ns,
                "http.port": self.http, "https.port": self.https,
                **settings}.items():
            argv += ["--set", f"{name}={value}"]
        self.log = open(os.path.join(data, "bench.log"), "ab")
        began = time.monotonic()
        self.process = spawn(argv, SERVER_CPU, stdout=self.log,
                             stderr=self.log)
        wait_ready(self.process, self.ns, self.GREETING)
        self.started_ms = (time.monotonic() - began) * 1000

    def __enter__(self):
        return self

    def __exit__(self, *_):
        stop(self.process)
        self.log.close()

    def target(self):
        return {"port": self.ns, "http": self.http, "https": self.https,
                "pid": self.process.pid}

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as f:
            for line in f:
                if line.startswith("Rss:"):
                    return int(line.split()[1])
        return 0


class Bench:
    """Where things are, and how long to measure."""

    def __init__(self, build, quick):
        self.build = build
        self.quick = quick
        self.rounds = 3 if quick else 7
        self.run_ms = 400 if quick else 1500
        self.folder = tempfile.TemporaryDirectory(prefix="nudge-bench-")
        self.settings = {}

    def relay(self):
        port = free_port()
        return Peer([os.path.join(self.build, "bench/relay"), str(port)],
                    port)

    def tlsbare(self, threads):
        port = free_port()
        return Peer([os.path.join(self.build, "bench/tlsbare"),
                     f"port={port}", f"threads={threads}"], port)

    def server(self, more=None):
        return Server(self.build, self.folder.name,
                      self.settings | (more or {}))

    def start_load(self, program, mode, target, **options):
        argv = [os.path.join(self.build, "bench", program), mode]
        values = {"run_ms": self.run_ms, **target, **options}
        argv += [f"{k}={v}" for k, v in values.items()]
        return spawn(argv, LOAD_CPU, stdout=subprocess.PIPE, text=True)

    def finish_load(self, process):
        out, _ = process.communicate(timeout=RUN_LIMIT)
        if process.returncode != 0:
            raise SystemExit(
                "bench: failed: " + " ".join(map(str, process.args)))
        return {k: float(v) for k, v in
                (line.split() for line in out.splitlines())}

    def load(self, mode, target, program="load", **options):
        return self.finish_load(
            self.start_load(program, mode, target, **options))


def median(results, key):
    return statistics.median(r[key] for r in results)


class Table:
    """Figures with their limits, ratios and targets."""

    HEAD = ("figure", "measured", "R", "ratio", "target", "")

    def __init__(self):
        self.missed = 0
        self.line(*self.HEAD)

    @staticmethod
    def line(figure, value, limit, ratio, target, verdict):
        print(f"{figure:<52} {value:>12} {limit:>12} {ratio:>7}  "
              f"{target:<22} {verdict}", flush=True)

    def row(self, figure, value, unit="", limit=None, target="", met=None):
        """met: True, False, or None when there is no target."""
        ratio = f"{value / limit:.2f}" if limit else ""
        shown = f"{limit:.4g} {unit}" if limit else ""
        verdict = "" if met is None else "met" if met else "MISSED"
        self.missed += met is False
        self.line(figure, f"{value:.4g} {unit}", shown, ratio, target,
                  verdict)
