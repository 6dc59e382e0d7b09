// SPDX-License-Identifier: MIT
// usage: v2hello.js PORT PROTOCOL[,PROTOCOL...]:SUITE...
// Java's TLS, the last client at large that begins with an SSLv2-format hello
// (protocol "SSLv2Hello" beside others).  For each pair it asks for the Nexus
// and prints "VERSION SUITE STATUS-LINE", or "refused".
var ssl = Packages.javax.net.ssl;
var reflect = Packages.java.lang.reflect;

["jdk.tls.disabledAlgorithms", "jdk.tls.legacyAlgorithms",
 "jdk.certpath.disabledAlgorithms"].forEach(function (name) {
	Packages.java.security.Security.setProperty(name, "");
});

function strings(list) {
	var a = reflect.Array.newInstance(Packages.java.lang.String, list.length);
	list.forEach(function (s, i) { a[i] = s; });
	return a;
}

var trusting = new JavaAdapter(ssl.X509TrustManager, {
	checkClientTrusted: function (chain, type) {},
	checkServerTrusted: function (chain, type) {},
	getAcceptedIssuers: function () {
		return reflect.Array.newInstance(
		    Packages.java.security.cert.X509Certificate, 0);
	}
});
var managers = reflect.Array.newInstance(ssl.TrustManager, 1);
managers[0] = trusting;
var context = ssl.SSLContext.getInstance("TLS");
context.init(null, managers, null);

function ask(port, protocols, suite) {
	var socket = context.getSocketFactory().createSocket("127.0.0.1", port);
	try {
		socket.setSoTimeout(10000);
		socket.setTcpNoDelay(true);
		socket.setEnabledProtocols(strings(protocols));
		socket.setEnabledCipherSuites(strings([suite]));
		socket.startHandshake();
		var session = socket.getSession();
		var request = "GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n";
		socket.getOutputStream().write(
		    new Packages.java.lang.String(request).getBytes());
		var reply = new Packages.java.io.BufferedReader(
		    new Packages.java.io.InputStreamReader(
			socket.getInputStream())).readLine();
		return session.getProtocol() + " " + session.getCipherSuite() +
		    " " + reply;
	} catch (e) {
		return "refused";
	} finally {
		socket.close();
	}
}

var port = parseInt(arguments[0]);
Array.prototype.slice.call(arguments, 1).forEach(function (pair) {
	var both = pair.split(":");
	print(ask(port, both[0].split(","), both[1]));
});
