//! Public keys in the forms in which issuers list them.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::keys::PublicKey;
use serde_json::Value;

use crate::json::{items, text};

/// The longest text that is read as base58: decoding takes the square of its length. A P-384 signature has 132 digits.
const BASE58_LENGTH: usize = 160;

/// A public key.
#[derive(Clone)]
pub(crate) enum Key {
    Ed25519(PublicKey),
    /// A point (SEC 1, section 2.3.3), compressed or not.
    P256(Vec<u8>),
    /// As above.
    P384(Vec<u8>),
    /// At least 2048 bits.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

/// Two ways to write the same key are equal.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ed25519(one), Self::Ed25519(other)) => one == other,
            (Self::P256(one), Self::P256(other)) | (Self::P384(one), Self::P384(other)) => {
                compressed(one) == compressed(other)
            }
            (Self::Rsa { n, e }, Self::Rsa { n: other_n, e: other_e }) => n == other_n && e == other_e,
            _ => false,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ed25519(_) => "Ed25519",
            Self::P256(_) => "P-256",
            Self::P384(_) => "P-384",
            Self::Rsa { .. } => "RSA",
        })
    }
}

fn compressed(point: &[u8]) -> Vec<u8> {
    match point {
        [4, coordinates @ ..] => {
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            let odd = y.last().is_some_and(|byte| byte % 2 == 1);
            [&[if odd { 3 } else { 2 }], x].concat()
        }
        compressed => compressed.to_vec(),
    }
}

impl Key {
    /// From Multikey: multibase base58btc of a multicodec prefix and the key (Controlled Identifiers 1.0, section 2.2.2).
    pub(crate) fn from_multibase(multibase: &str) -> Option<Self> {
        if let Ok(key) = PublicKey::from_multibase(multibase) {
            return Some(Self::Ed25519(key));
        }
        let bytes = base58(multibase.strip_prefix('z')?)?;
        match bytes.as_slice() {
            [0x80, 0x24, point @ ..] if point.len() == 33 => Some(Self::P256(point.to_vec())),
            [0x81, 0x24, point @ ..] if point.len() == 49 => Some(Self::P384(point.to_vec())),
            _ => None,
        }
    }

    /// From a JSON Web Key (RFC 7517; RFC 8037 for Ed25519) that is for verifying.
    pub(crate) fn from_jwk(jwk: &Value) -> Option<Self> {
        let bytes = |name: &str| text(jwk, name).and_then(|value| URL_SAFE_NO_PAD.decode(value).ok());
        // A private key that stands in public is everybody's.
        let open = jwk.get("d").is_some();
        let other_use = text(jwk, "use").is_some_and(|purpose| purpose != "sig");
        let operations = items(jwk.get("key_ops"));
        let other_operations =
            !operations.is_empty() && !operations.iter().any(|name| name.as_str() == Some("verify"));
        if open || other_use || other_operations {
            return None;
        }
        let point = |length: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            (x.len() == length && y.len() == length).then(|| [&[4], x.as_slice(), y.as_slice()].concat())
        };
        let key = match (text(jwk, "kty")?, text(jwk, "crv")) {
            ("OKP", Some("Ed25519")) => {
                Self::Ed25519(PublicKey::from_bytes(bytes("x")?.as_slice().try_into().ok()?))
            }
            ("EC", Some("P-256")) => Self::P256(point(32)?),
            ("EC", Some("P-384")) => Self::P384(point(48)?),
            ("RSA", None) => Self::rsa(bytes("n")?, bytes("e")?)?,
            _ => return None,
        };
        let meant = text(jwk, "alg").is_none_or(|algorithm| key.algorithms().contains(&algorithm));
        meant.then_some(key)
    }

    fn rsa(n: Vec<u8>, e: Vec<u8>) -> Option<Self> {
        let long_enough = n.len() >= 256 && n.first().is_some_and(|byte| *byte & 0x80 != 0 || n.len() > 256);
        (long_enough && n.first() != Some(&0)).then_some(Self::Rsa { n, e })
    }

    /// From a verification method, if its type and its members are known.
    pub(crate) fn from_method(method: &Value) -> Option<Self> {
        let multibase = || text(method, "publicKeyMultibase").and_then(Self::from_multibase);
        let jwk = || method.get("publicKeyJwk").and_then(Self::from_jwk);
        match text(method, "type")? {
            "Multikey" => multibase(),
            "JsonWebKey" | "JsonWebKey2020" => jwk(),
            "Ed25519VerificationKey2020" | "Ed25519VerificationKey2018" => multibase()
                .or_else(jwk)
                .or_else(|| Self::from_raw_ed25519(method))
                .filter(|key| matches!(key, Self::Ed25519(_))),
            "EcdsaSecp256r1VerificationKey2019" => {
                multibase().or_else(jwk).filter(|key| matches!(key, Self::P256(_)))
            }
            _ => None,
        }
    }

    /// `publicKeyBase58`, which older documents have.
    fn from_raw_ed25519(method: &Value) -> Option<Self> {
        let bytes = base58(text(method, "publicKeyBase58")?)?;
        Some(Self::Ed25519(PublicKey::from_bytes(bytes.as_slice().try_into().ok()?)))
    }

    /// The JSON Web Algorithms that it can verify.
    fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::Ed25519(_) => &["EdDSA", "Ed25519"],
            Self::P256(_) => &["ES256"],
            Self::P384(_) => &["ES384"],
            Self::Rsa { .. } => &["RS256"],
        }
    }

    /// Whether the signature is this key's over these bytes: Ed25519, ECDSA with the hash of the curve's size as `r‖s`,
    /// or RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => {
                signature.try_into().is_ok_and(|signature| key.verify(message, signature).is_ok())
            }
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            Self::P384(point) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message, signature).is_ok()
            }
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
        }
    }
}

/// Bytes in base58btc, without a multibase prefix.
pub(crate) fn base58(text: &str) -> Option<Vec<u8>> {
    if text.len() > BASE58_LENGTH {
        return None;
    }
    bs58::decode(text).into_vec().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4.
    #[test]
    fn the_tokens_of_the_rfcs_verify() {
        let rsa = json!({"kty": "RSA", "e": "AQAB", "n":
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-\
             pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapH\
             g665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4F\
             RWyuXpoQ"});
        let p256 = json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
        let ed25519 =
            json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let claims =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        for (jwk, signed, signature) in [
            (
                rsa,
                format!("eyJhbGciOiJSUzI1NiJ9.{claims}"),
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9C\
                 UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6\
                 _dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp\
                 0igcN_IoypGlUPQGe77Rw",
            ),
            (
                p256,
                format!("eyJhbGciOiJFUzI1NiJ9.{claims}"),
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            ),
            (
                ed25519,
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            ),
        ] {
            let key = Key::from_jwk(&jwk).unwrap();
            let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            assert!(key.verify(signed.as_bytes(), &signature), "{key:?}");
            assert!(!key.verify(&signed.as_bytes()[1..], &signature), "{key:?}");
            signature[40] ^= 1;
            assert!(!key.verify(signed.as_bytes(), &signature), "{key:?}");
        }
    }
}
