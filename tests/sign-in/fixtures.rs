//! What `tests/sign-in/run` needs of the code: writes `routes.json`, every route of every function with who may come by it, and
//! `authority.pem`, `server.pem` and `server.key`, by which services of sign-in on this machine speak TLS, and `other-authority.pem`, which
//! has certified nothing. Its one argument is the folder.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use serde_json::{Value, json};
use shomei_http::Route;
use shomei_intake::Operation;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap());
    fs::create_dir_all(&folder).unwrap();
    let mut routes: Vec<Value> = listed("claim", shomei_claim::ROUTES, |_| None);
    routes.extend(listed("reissue", shomei_reissue::ROUTES, |_| None));
    routes.extend(listed("verify", shomei_verify::ROUTES, |_| None));
    routes.extend(listed("intake", shomei_intake::ROUTES, |operation| match operation {
        Operation::Desk(operation) => Some(operation.role().name()),
        _ => None,
    }));
    fs::write(folder.join("routes.json"), Value::from(routes).to_string()).unwrap();

    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.distinguished_name = named("Authority of the tests of sign-in");
    let [authority, other] = [(); 2].map(|()| KeyPair::generate().unwrap());
    for (name, key) in [("authority.pem", &authority), ("other-authority.pem", &other)] {
        write(&folder.join(name), "CERTIFICATE", params.self_signed(key).unwrap().der());
    }
    let key = KeyPair::generate().unwrap();
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let mut server = CertificateParams::new(names.to_vec()).unwrap();
    // Another name than the authority's: a certificate whose issuer has its own name passes for self-signed.
    server.distinguished_name = named("Services of the tests of sign-in");
    server.use_authority_key_identifier_extension = true;
    (server.not_before, server.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2120, 1, 1));
    let certificate = server.signed_by(&key, &Issuer::new(params, authority)).unwrap();
    write(&folder.join("server.pem"), "CERTIFICATE", certificate.der());
    write(&folder.join("server.key"), "PRIVATE KEY", &key.serialize_der());
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// As RFC 7468 writes it.
fn write(file: &Path, what: &str, content: &[u8]) {
    let text = STANDARD.encode(content);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    fs::write(file, format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))).unwrap();
}

fn listed<O>(function: &str, routes: &[Route<O>], role: impl Fn(&O) -> Option<&'static str>) -> Vec<Value> {
    let line = |route: &Route<O>| {
        json!({
            "function": function,
            "method": route.method.as_str(),
            "path": route.path,
            "audience": format!("{:?}", route.audience),
            "role": role(&route.operation),
        })
    };
    routes.iter().map(line).collect()
}
