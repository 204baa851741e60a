//! Judges a badge, in a net of this machine's own.
//!
//!     judge AT ROOT [NAME=ADDRESS…] BADGE
//!
//! AT is the moment for which the answer holds, ROOT the certificate (DER) of the only authority that is trusted, BADGE a
//! file or an address that begins with `https:`. A name with a port (`issuer.example=127.0.0.1:8443`) is a public host
//! that is served on this machine; one without (`inside.example=10.0.0.1`) has just this address. Prints the verdict, and
//! a line a check.
#![expect(clippy::print_stdout, reason = "it is a program, and this is what it has to say")]

use std::{env, error::Error, fs, net::SocketAddr};

use jiff::Timestamp;
use shomei_fetch::{CertificateDer, Fetcher, Loopback};
use verifier::{Question, judge, judge_address, report::Report};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [at, root, hosts @ .., badge] = &arguments[..] else {
        return Err("usage: judge AT ROOT [NAME=ADDRESS…] BADGE".into());
    };
    let at: Timestamp = at.parse()?;
    let fetcher = Fetcher::over(net(hosts)?, vec![CertificateDer::from(fs::read(root)?)]);
    let request = fetcher.request();
    if badge.starts_with("https:") {
        match judge_address(badge, None, at, &request).await {
            Ok((report, _)) => print(&report),
            Err(why) => println!("verdict None\nUnavailable {why:?}"),
        }
    } else {
        let file = fs::read(badge).map_err(|error| format!("{badge}: {error}"))?;
        print(&judge(Question { file: &file, recipient: None, at }, &request).await);
    }
    Ok(())
}

fn net(hosts: &[String]) -> Result<Loopback, Box<dyn Error>> {
    let mut net = Loopback::default();
    for host in hosts {
        let (name, address) = host.split_once('=').ok_or_else(|| format!("{host}: NAME=ADDRESS"))?;
        net = match address.parse::<SocketAddr>() {
            Ok(server) => net.host(name, server),
            Err(_) => net.name(name, vec![address.parse().map_err(|error| format!("{host}: {error}"))?]),
        };
    }
    Ok(net)
}

fn print(report: &Report) {
    println!("verdict {:?}", report.verdict());
    for line in &report.lines {
        println!("{:?} {:?} {:?}", line.check, line.finding.outcome(), line.finding);
    }
}
