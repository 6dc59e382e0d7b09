# SPDX-License-Identifier: MIT
"""A server that decides about passwords and never says anything, and people of
its domain who try to sign in at ours all the time."""
import http.client
import os
import socket
import ssl
import subprocess
import threading

PEOPLE = 32
DOMAIN = "hang.example"
BODY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-secext-1.0.xsd" '
    'xmlns:wst="http://schemas.xmlsoap.org/ws/2005/02/trust" '
    'xmlns:wsa="http://www.w3.org/2005/08/addressing" '
    'xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy">'
    "<s:Header><wsse:Security><wsse:UsernameToken>"
    "<wsse:Username>{who}</wsse:Username>"
    "<wsse:Password>secret</wsse:Password></wsse:UsernameToken>"
    "</wsse:Security></s:Header><s:Body><wst:RequestSecurityToken>"
    "<wsp:AppliesTo><wsa:EndpointReference>"
    "<wsa:Address>http://Passport.NET/tb</wsa:Address>"
    "</wsa:EndpointReference></wsp:AppliesTo></wst:RequestSecurityToken>"
    "</s:Body></s:Envelope>")


class Hanging:
    """Listens from its making to close(); people come in between begin() and
    end()."""

    def __init__(self, folder):
        self.ca = os.path.join(folder, "hanging.pem")
        key = os.path.join(folder, "hanging.key")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
             "/CN=hanging", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", key, "-out", self.ca],
            check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.ca, key)
        self.sock = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.held = 0
        self.going = False
        self.people = []
        threading.Thread(target=self.accept, daemon=True).start()

    def settings(self):
        port = self.sock.getsockname()[1]
        return {"upstream.servers": f"hang=https://localhost:{port}/RST2.srf",
                "upstream.domains": f"{DOMAIN}=hang",
                "upstream.ca": f"hang={self.ca}",
                "upstream.timeout": "1",
                # nor is it left alone for a while
                "upstream.failures": "1000"}

    def accept(self):
        while True:
            try:
                line, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.hold, args=[line],
                             daemon=True).start()

    def hold(self, line):
        try:
            with self.context.wrap_socket(line, server_side=True) as tls:
                self.held += 1
                while tls.recv(65536):
                    pass
        except OSError:
            pass

    def come(self, number, port):
        turn = 0
        while self.going:
            turn += 1
            who = f"p{number}-{turn}-{self.held}@{DOMAIN}"
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            line.request("POST", "/RST2.srf", BODY.format(who=who),
                         {"Content-Type": "application/soap+xml"})
            reply = line.getresponse()
            reply.read()
            line.close()
            if reply.status != 503:
                raise SystemExit(f"bench: {who} got {reply.status}, not 503")

    def begin(self, port):
        self.going = True
        self.people = [threading.Thread(target=self.come, args=[n, port])
                       for n in range(PEOPLE)]
        for one in self.people:
            one.start()

    def end(self):
        self.going = False
        for one in self.people:
            one.join()

    def close(self):
        self.sock.close()
