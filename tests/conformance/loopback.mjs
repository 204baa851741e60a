// Imported first: from here on, this process reaches nothing but this machine, and fails if it ever tried to.

import assert from 'node:assert/strict';
import {Socket} from 'node:net';

const HERE = new Set(['localhost', '127.0.0.1', '::1']);
const OUTSIDE = 'http://192.0.2.1/'; // for documentation only (RFC 5737), so nobody is there

const asked = [];
const {connect} = Socket.prototype;
Socket.prototype.connect = function connectHere(...given) {
  // Node hands its own calls over as an array of what was given.
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  const host = options?.host ?? 'localhost';
  if (HERE.has(host.replace(/^\[|\]$/g, ''))) return connect.apply(this, given);
  asked.push(host);
  throw new Error(`${host} is outside, and nothing is fetched from there`);
};

await assert.rejects(fetch(OUTSIDE), 'the guard lets everything through');
assert.deepEqual(asked.splice(0), ['192.0.2.1'], 'the guard does not see what is asked for');

process.on('exit', () => {
  if (asked.length === 0) return;
  console.error(`asked for outside: ${asked.join(', ')}`);
  process.exitCode = 1;
});
