// Servers on this machine's loopback address, with TLS or without.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";

/** What a server proves itself by. The authority that certified it is trusted by the programs of this test alone. */
export function identity(folder) {
  const read = (name) => readFileSync(path.join(folder, name));
  return { cert: read("server.pem"), key: read("server.key") };
}

/** Listens on a free port, or on the one that is named. `tls`: what `identity` gives, or nothing for plain HTTP. */
export async function listen(answer, tls, port = 0) {
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const at = server.address().port;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { port: at, url: `${tls ? "https" : "http"}://localhost:${at}`, close };
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = await listen(() => {});
  await server.close();
  return server.port;
}

export async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
