//! Ed25519 keys, and their Multikey form (Controlled Identifiers 1.0, section 2.2.2 "Multikey").

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// The multicodec prefix of an Ed25519 public key.
const MULTICODEC: [u8; 2] = [0xed, 0x01];

/// The fixed beginning of an Ed25519 `SubjectPublicKeyInfo` (RFC 8410, section 4). The 32 bytes of the key follow.
const SPKI_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A text or some bytes are no Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key")]
pub struct KeyError;

/// A signature does not fit key and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct SignatureError;

/// An Ed25519 public key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// From its 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From DER `SubjectPublicKeyInfo`, as KMS `GetPublicKey` answers.
    ///
    /// # Errors
    /// [`KeyError`] if it is not exactly an Ed25519 key.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        der.strip_prefix(&SPKI_PREFIX).and_then(|key| key.try_into().ok()).map(Self).ok_or(KeyError)
    }

    /// From `z6Mk…`.
    ///
    /// # Errors
    /// [`KeyError`] if it is not exactly an Ed25519 key.
    pub fn from_multibase(text: &str) -> Result<Self, KeyError> {
        let mut bytes = [0; 34];
        let length = decode_base58(text, &mut bytes).ok_or(KeyError)?;
        bytes
            .get(..length)
            .and_then(|bytes| bytes.strip_prefix(&MULTICODEC))
            .and_then(|key| key.try_into().ok())
            .map(Self)
            .ok_or(KeyError)
    }

    /// `z` and base58btc of the multicodec prefix and the key.
    pub fn multibase(&self) -> String {
        let mut bytes = [0; 34];
        for (place, byte) in bytes.iter_mut().zip(MULTICODEC.iter().chain(&self.0)) {
            *place = *byte;
        }
        encode_base58(&bytes)
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the signature is this key's over these bytes (RFC 8032, section 5.1.7).
    ///
    /// # Errors
    /// [`SignatureError`] if not.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).map_err(|_| SignatureError)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.multibase())
    }
}

/// An Ed25519 key in memory: for one machine and for tests. In earnest the key stays in KMS.
pub struct SecretKey(Ed25519KeyPair);

impl SecretKey {
    /// From its 32 byte seed.
    ///
    /// # Errors
    /// [`KeyError`] if the library refuses it.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(Self).map_err(|_| KeyError)
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(bytes)
    }

    /// Signs the bytes as they are (pure Ed25519).
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes.copy_from_slice(self.0.sign(message).as_ref());
        bytes
    }
}

/// Prints nothing of the key.
impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey(…)")
    }
}

/// The digits of base58btc.
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Multibase `z`: base58btc. Written here because five digits at a time take a tenth of what one at a time takes, and
/// that is much of what writing a signed document takes.
pub(crate) fn encode_base58(bytes: &[u8]) -> String {
    const FIVE_DIGITS: u64 = 58_u64.pow(5);
    // The lowest first. Four bytes times five digits stay below 2^64.
    let mut fives: Vec<u64> = Vec::with_capacity(bytes.len() / 3 + 1);
    for group in bytes.chunks(4) {
        let mut carry = group.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        for five in &mut fives {
            let value = (*five << (8 * group.len())) + carry;
            (carry, *five) = (value / FIVE_DIGITS, value % FIVE_DIGITS);
        }
        while carry > 0 {
            fives.push(carry % FIVE_DIGITS);
            carry /= FIVE_DIGITS;
        }
    }
    let mut text = Vec::with_capacity(5 * fives.len() + bytes.len() + 1);
    for mut five in fives {
        for _ in 0..5 {
            text.extend(usize::try_from(five % 58).ok().and_then(|digit| BASE58.get(digit)));
            five /= 58;
        }
    }
    while text.pop_if(|digit| *digit == b'1').is_some() {}
    text.extend(bytes.iter().take_while(|byte| **byte == 0).map(|_| b'1'));
    text.push(b'z');
    text.into_iter().rev().map(char::from).collect()
}

/// The number of bytes, if the text is multibase `z` and fits.
pub(crate) fn decode_base58(text: &str, into: &mut [u8]) -> Option<usize> {
    bs58::decode(text.strip_prefix('z')?).onto(into).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn the_signature_is_the_one_of_the_rfc() {
        let bytes = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let key = SecretKey::from_seed(&bytes.try_into().unwrap()).unwrap();
        let signature = key.sign(&[0x72]);
        assert_eq!(
            hex::encode(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        key.public().verify(&[0x72], &signature).unwrap();
        assert_eq!(key.public().verify(&[0x73], &signature), Err(SignatureError));
    }

    #[test]
    fn base58_is_that_of_the_library() {
        // Every length of interest, with zeros in front, inside and at the end, and the largest digits.
        let bytes = |length: usize, zeros: usize, step: u8| -> Vec<u8> {
            (0..length)
                .map(|place| if place < zeros { 0 } else { u8::try_from(place).unwrap().wrapping_mul(step) })
                .collect()
        };
        for length in 0..=66 {
            for zeros in 0..=length {
                for step in [0, 1, 37, 128, 255] {
                    let bytes = bytes(length, zeros, step);
                    let text = encode_base58(&bytes);
                    assert_eq!(text, format!("z{}", bs58::encode(&bytes).into_string()));
                    let mut read = [0; 66];
                    assert_eq!(decode_base58(&text, &mut read), Some(length));
                    assert_eq!(read[..length], bytes);
                }
            }
            assert_eq!(
                encode_base58(&vec![0xff; length]),
                format!("z{}", bs58::encode(vec![0xff; length]).into_string())
            );
        }
    }

    #[test]
    fn forms_of_a_key_agree() {
        let key = SecretKey::from_seed(&[9; 32]).unwrap().public();
        assert_eq!(PublicKey::from_multibase(&key.multibase()).unwrap(), key);
        assert!(key.multibase().starts_with("z6Mk"));
        let der = [&SPKI_PREFIX[..], key.as_bytes()].concat();
        assert_eq!(PublicKey::from_spki(&der).unwrap(), key);
        for wrong in ["", "z", "z6Mk", "m6Mk", &key.multibase()[1..], &format!("{}1", key.multibase())] {
            assert!(PublicKey::from_multibase(wrong).is_err(), "{wrong}");
        }
        assert!(PublicKey::from_spki(&der[1..]).is_err());
    }
}
