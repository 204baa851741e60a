//! The same credential as a signed token (Open Badges 3.0, section 8.2 "JSON Web Token Proof Format").
//!
//! The payload is the credential with five registered claims beside its members, which say the same again: `iss`, `jti`, `sub`,
//! `nbf`, `exp`. The header holds `alg`, `kid` and `typ`, and nothing else. `kid` is an address on the issuer's origin that
//! answers with the key as JWK: that is what the validator of the standard's publisher asks for.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    Iri,
    credential::AchievementCredential,
    der::{self, Der},
    keys::{KeyError, SignatureError},
};

/// How a token is signed. The two that the standard allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4).
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3).
    Rs256,
}

impl Algorithm {
    /// As `alg` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// A public key that verifies tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKey {
    /// A point of P-256.
    P256 {
        /// Big-endian.
        x: [u8; 32],
        /// Big-endian.
        y: [u8; 32],
    },
    /// An RSA key of at least 2,048 bits.
    Rsa {
        /// The modulus, big-endian without leading zeros.
        modulus: Vec<u8>,
        /// The exponent, likewise.
        exponent: Vec<u8>,
    },
}

/// The least length of an RSA modulus, in bytes.
const RSA_BYTES: usize = 256;

impl TokenKey {
    /// From DER `SubjectPublicKeyInfo`, as KMS `GetPublicKey` answers.
    ///
    /// # Errors
    /// [`KeyError`] if it is neither a P-256 nor an RSA key of at least 2,048 bits.
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        Self::read_spki(spki).ok_or(KeyError)
    }

    /// As DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> Vec<u8> {
        let (algorithm, key) = match self {
            Self::P256 { x, y } => (der::EC_P256, [&[4][..], x, y].concat()),
            Self::Rsa { modulus, exponent } => {
                let numbers = [der::unsigned(modulus), der::unsigned(exponent)].concat();
                (der::RSA, der::element(der::SEQUENCE, &numbers))
            }
        };
        let parts = [der::element(der::SEQUENCE, algorithm), der::bits(&key)].concat();
        der::element(der::SEQUENCE, &parts)
    }

    fn read_spki(spki: &[u8]) -> Option<Self> {
        let mut whole = Der(spki);
        let mut info = whole.sequence()?;
        let algorithm = info.element(der::SEQUENCE)?;
        let key = info.bits()?;
        if !(whole.is_empty() && info.is_empty()) {
            return None;
        }
        if algorithm == der::EC_P256 {
            let [4, point @ ..] = key else { return None };
            let (x, y) = point.split_at_checked(32)?;
            return Some(Self::P256 { x: x.try_into().ok()?, y: y.try_into().ok()? });
        }
        if algorithm != der::RSA {
            return None;
        }
        let mut outer = Der(key);
        let mut numbers = outer.sequence()?;
        let (modulus, exponent) = (numbers.unsigned()?, numbers.unsigned()?);
        let fits = outer.is_empty() && numbers.is_empty() && modulus.len() >= RSA_BYTES;
        fits.then(|| Self::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    /// How this key signs.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256 { .. } => Algorithm::Es256,
            Self::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// As JSON Web Key (RFC 7517) under this name.
    pub fn jwk(&self, kid: &Iri) -> Jwk {
        let text = |bytes: &[u8]| Some(BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let empty = Jwk {
            kty: String::new(),
            kid: kid.clone(),
            alg: self.algorithm(),
            r#use: "sig".to_owned(),
            crv: None,
            x: None,
            y: None,
            n: None,
            e: None,
        };
        match self {
            Self::P256 { x, y } => {
                Jwk { kty: "EC".to_owned(), crv: Some("P-256".to_owned()), x: text(x), y: text(y), ..empty }
            }
            Self::Rsa { modulus, exponent } => {
                Jwk { kty: "RSA".to_owned(), n: text(modulus), e: text(exponent), ..empty }
            }
        }
    }

    /// Whether the signature is this key's over these bytes, in the form of JWS.
    ///
    /// # Errors
    /// [`SignatureError`] if not.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let fits = match self {
            Self::P256 { x, y } => {
                let point = [&[4][..], x, y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        fits.map_err(|_| SignatureError)
    }
}

/// A public key as JSON. Absent members belong to the other kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the terms of RFC 7517 and RFC 7518")]
pub struct Jwk {
    pub kty: String,
    pub kid: Iri,
    pub alg: Algorithm,
    pub r#use: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

/// The header: these three members and no other.
#[derive(Serialize)]
struct Header<'a> {
    alg: Algorithm,
    kid: &'a Iri,
    typ: &'static str,
}

#[derive(Serialize)]
struct Payload<'a> {
    #[serde(flatten)]
    credential: &'a AchievementCredential,
    iss: &'a Iri,
    jti: &'a Iri,
    sub: &'a Iri,
    /// In seconds.
    nbf: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

/// A credential could not become a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The signature is not this key's over this token. Nothing was given out.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The credential has no JSON form.
    #[error("the credential has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
}

/// A token on its way to the signer.
#[derive(Debug, Clone)]
pub struct UnsignedToken {
    signing_input: String,
}

impl UnsignedToken {
    /// Writes header and payload.
    ///
    /// # Errors
    /// [`TokenError::Json`] if the credential cannot be written.
    pub fn new(
        credential: &AchievementCredential,
        kid: &Iri,
        algorithm: Algorithm,
    ) -> Result<Self, TokenError> {
        let header = serde_json::to_vec(&Header { alg: algorithm, kid, typ: "JWT" })?;
        let payload = serde_json::to_vec(&Payload {
            credential,
            iss: &credential.issuer.id,
            jti: &credential.id,
            sub: &credential.credential_subject.id,
            nbf: credential.valid_from.timestamp().as_second(),
            exp: credential.valid_until.as_ref().map(|until| until.timestamp().as_second()),
        })?;
        let mut signing_input = BASE64_URL_SAFE_NO_PAD.encode(header);
        signing_input.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(payload, &mut signing_input);
        Ok(Self { signing_input })
    }

    /// What the signer must sign.
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// Puts the signature on, after verifying it: the only way to a token.
    ///
    /// # Errors
    /// [`TokenError::Signature`] if it does not verify with this key.
    pub fn attach_verified(self, signature: &[u8], key: &TokenKey) -> Result<String, TokenError> {
        key.verify(self.signing_input(), signature)?;
        let mut token = self.signing_input;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// The name of the key that signed a token, as its header says: nothing is verified.
pub fn key_name(token: &str) -> Option<String> {
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    // All of it is read: a reader that skips members would not see that they are no JSON.
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    header.get("kid")?.as_str().map(str::to_owned)
}

/// `r` and `s` of 32 bytes each (RFC 7518, section 3.4) from the DER form that KMS answers with.
///
/// # Errors
/// [`SignatureError`] if it is none.
pub fn es256_from_der(signature: &[u8]) -> Result<[u8; 64], SignatureError> {
    let read = || {
        let mut outer = Der(signature);
        let mut numbers = outer.sequence()?;
        let (r, s) = (numbers.unsigned()?, numbers.unsigned()?);
        if !(outer.is_empty() && numbers.is_empty()) {
            return None;
        }
        let mut both = [0; 64];
        let (left, right) = both.split_at_mut(32);
        for (half, number) in [(left, r), (right, s)] {
            let padding = half.len().checked_sub(number.len())?;
            half.get_mut(padding..)?.copy_from_slice(number);
        }
        Some(both)
    };
    read().ok_or(SignatureError)
}

/// A P-256 key in memory: for one machine and for tests. In earnest the key stays in KMS.
pub struct SecretTokenKey(EcdsaKeyPair);

impl SecretTokenKey {
    /// A fresh key as PKCS #8, to be kept in a file.
    ///
    /// # Errors
    /// [`KeyError`] if the library has no randomness.
    pub fn generate() -> Result<Vec<u8>, KeyError> {
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map(|document| document.as_ref().to_vec())
            .map_err(|_| KeyError)
    }

    /// From PKCS #8.
    ///
    /// # Errors
    /// [`KeyError`] if it is no P-256 key.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, KeyError> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document).map(Self).map_err(|_| KeyError)
    }

    /// Its public half.
    ///
    /// # Errors
    /// [`KeyError`] if the library gives none.
    pub fn public(&self) -> Result<TokenKey, KeyError> {
        let [4, point @ ..] = self.0.public_key().as_ref() else { return Err(KeyError) };
        let (x, y) = point.split_at_checked(32).ok_or(KeyError)?;
        Ok(TokenKey::P256 { x: x.try_into().map_err(|_| KeyError)?, y: y.try_into().map_err(|_| KeyError)? })
    }

    /// Signs the bytes, in the form of JWS. Each signature is another one.
    ///
    /// # Errors
    /// [`SignatureError`] if the library has no randomness.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let signature = self.0.sign(&SystemRandom::new(), message).map_err(|_| SignatureError)?;
        Ok(signature.as_ref().to_vec())
    }
}

/// Prints nothing of the key.
impl std::fmt::Debug for SecretTokenKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretTokenKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.3: a token with ES256.
    #[test]
    fn the_key_verifies_the_token_of_the_rfc() {
        let read = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let key = TokenKey::P256 {
            x: read("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU").try_into().unwrap(),
            y: read("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0").try_into().unwrap(),
        };
        let input = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature =
            read("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
        key.verify(input.as_bytes(), &signature).unwrap();
        assert_eq!(key.verify(b"other", &signature), Err(SignatureError));
    }

    #[test]
    fn der_becomes_two_numbers_of_32_bytes() {
        let der = |r: &[u8], s: &[u8]| {
            let number = |number: &[u8]| [&[2, u8::try_from(number.len()).unwrap()], number].concat();
            let both = [number(r), number(s)].concat();
            [&[0x30, u8::try_from(both.len()).unwrap()], &both[..]].concat()
        };
        let signature = es256_from_der(&der(&[7], &[&[0][..], &[0xff; 32]].concat())).unwrap();
        assert_eq!(signature[..31], [0; 31]);
        assert_eq!((signature[31], &signature[32..]), (7, &[0xff; 32][..]));
        let negative = der(&[0x80], &[1]);
        let long = der(&[&[0][..], &[0xff; 33]].concat(), &[1]);
        let mut surplus = der(&[1], &[1]);
        surplus.push(0);
        for wrong in [&negative[..], &long, &surplus, &[], &[0x30, 0x80], &der(&[1], &[1])[..5]] {
            assert_eq!(es256_from_der(wrong), Err(SignatureError), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_of_one_machine_signs_what_its_public_half_verifies() {
        let key = SecretTokenKey::from_pkcs8(&SecretTokenKey::generate().unwrap()).unwrap();
        let signature = key.sign(b"message").unwrap();
        key.public().unwrap().verify(b"message", &signature).unwrap();
        assert_ne!(signature, key.sign(b"message").unwrap());
    }
}
