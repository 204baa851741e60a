//! Whether a key is one of the issuer's.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    dates::moment,
    did::{Identity, identity, is_own_address, issuer_origin, own_key},
    json::{items, member, reference, text},
    keys::Key,
    report::{Finding, Unavailable},
    session::{Session, origin, without_fragment},
    signature::{KeyName, Signature},
};

/// A signature that names no key is tried with so many of each document.
const MOST_TRIED: usize = 8;

/// What is known of the key of a signature.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// The key, whoever it belongs to.
    pub(crate) key: Option<Key>,
    /// Its address, where it was found under another name.
    pub(crate) address: Option<String>,
    /// Whether it is the issuer's.
    pub(crate) finding: Finding,
}

impl Lookup {
    fn without_key(finding: Finding) -> Self {
        Self { key: None, address: None, finding }
    }
}

/// A key in a document that lists keys.
#[derive(Debug)]
struct Method {
    id: String,
    /// The `kid` of a JSON Web Key.
    kid: Option<String>,
    /// `None` if its kind is not known here.
    key: Option<Key>,
    controller: String,
    /// Whether the document lists it for signing credentials.
    asserts: bool,
    /// From when on its signatures are refused.
    revoked: Option<Timestamp>,
}

/// Finds the key of a signature, and whether the issuer lists it.
pub(crate) async fn look_up(signature: &Signature, issuer: &str, session: &mut Session<'_>) -> Lookup {
    let name = match &signature.key {
        KeyName::Address(address) if address.starts_with('#') => {
            KeyName::Address(format!("{issuer}{address}"))
        }
        name => name.clone(),
    };
    let foreign = match &name {
        KeyName::Address(address) if without_fragment(address) != issuer => Some(address.clone()),
        _ => None,
    };
    let wanted = Wanted { name, signature, issuer };
    match (identity(issuer), foreign) {
        (Identity::Unknown, foreign) => Lookup {
            key: foreign.and_then(|address| own_key(without_fragment(&address))).map(|(key, _)| key),
            address: None,
            finding: Finding::UnknownIssuer(issuer.to_owned()),
        },
        (Identity::Key(key, address), None) => wanted.in_itself(key, address),
        (Identity::Key(..), Some(address)) => wanted.belongs_to_another(&address),
        (Identity::Listed(url), None) => wanted.in_document(&url, session).await,
        (Identity::Listed(url), Some(address)) => wanted.elsewhere(&url, &address, session).await,
    }
}

/// What is looked for.
struct Wanted<'a> {
    name: KeyName,
    signature: &'a Signature,
    issuer: &'a str,
}

impl Wanted<'_> {
    /// The issuer is a key itself.
    fn in_itself(&self, key: Key, own: String) -> Lookup {
        let is_meant = match &self.name {
            // A bare `did:key` can mean only this one.
            KeyName::Address(address) => *address == own || address == self.issuer,
            KeyName::Kid(kid) => own.split_once('#').is_some_and(|(_, fragment)| fragment == kid),
            KeyName::Unnamed => self.signature.given.as_ref().is_none_or(|given| *given == key),
        };
        let finding = if is_meant {
            let source = self.issuer.to_owned();
            Finding::KeyListed { issuer: self.issuer.to_owned(), source }
        } else {
            self.not_listed()
        };
        Lookup { key: Some(key), address: Some(own), finding }
    }

    fn belongs_to_another(&self, address: &str) -> Lookup {
        let controller = without_fragment(address).to_owned();
        Lookup {
            key: own_key(&controller).map(|(key, _)| key),
            address: None,
            finding: Finding::ForeignKey { issuer: self.issuer.to_owned(), controller },
        }
    }

    fn not_listed(&self) -> Finding {
        let key = match &self.name {
            KeyName::Address(name) | KeyName::Kid(name) => name.clone(),
            KeyName::Unnamed => String::new(),
        };
        Finding::KeyNotListed { issuer: self.issuer.to_owned(), key }
    }

    fn unavailable(url: &str, why: Unavailable) -> Lookup {
        Lookup::without_key(Finding::IssuerUnavailable { url: url.to_owned(), why })
    }

    /// The key should stand in the issuer's own document, or, if it has no address, in the key set of its origin.
    async fn in_document(&self, url: &str, session: &mut Session<'_>) -> Lookup {
        let document = own_document(url, self.issuer, session).await;
        let mut tried = None;
        if let Ok(document) = &document {
            let methods = methods(document, self.issuer);
            if let Some(method) = self.pick(&methods) {
                return self.judge(method, url);
            }
            if let Some(settled) = self.settled(&methods, url) {
                return settled;
            }
            tried = self.tried(&methods, url);
        }
        let set = match (&self.name, issuer_origin(self.issuer).filter(|origin| self.keeps_set_at(origin))) {
            (KeyName::Kid(_) | KeyName::Unnamed, Some(origin)) => {
                let set_url = format!("{origin}/.well-known/jwks.json");
                session.json(&set_url).await.ok().map(|set| (set_url, set))
            }
            _ => None,
        };
        if let Some((set_url, set)) = set {
            let keys = key_set(&set, &set_url, self.issuer);
            if let Some(method) = self.pick(&keys) {
                return self.judge(method, &set_url);
            }
            if let Some(settled) = self.settled(&keys, &set_url) {
                return settled;
            }
            tried = tried.or_else(|| self.tried(&keys, &set_url));
        }
        match document {
            _ if let Some(tried) = tried => tried,
            Ok(_) => Lookup::without_key(self.not_listed()),
            Err(why) => Self::unavailable(url, why),
        }
    }

    /// The key has an address outside of the issuer's document. It counts on the issuer's own origin, or if the issuer's
    /// document names it.
    async fn elsewhere(&self, url: &str, address: &str, session: &mut Session<'_>) -> Lookup {
        let key_origin = origin(address);
        let is_own = is_own_address(self.issuer, address);
        if !is_own {
            let document = match own_document(url, self.issuer, session).await {
                Ok(document) => document,
                Err(why) => {
                    let key = self.belongs_to_another(address).key;
                    return Lookup { key, ..Self::unavailable(url, why) };
                }
            };
            let named =
                items(document.get("assertionMethod")).iter().any(|item| item.as_str() == Some(address));
            if !named || key_origin.is_none() {
                return self.belongs_to_another(address);
            }
        }
        match session.json(address).await {
            Err(why) => Self::unavailable(address, why),
            Ok(document) => {
                let keys = key_document(&document, address, self.issuer);
                match self.pick(&keys) {
                    Some(method) => self.judge(method, address),
                    None => Lookup::without_key(self.not_listed()),
                }
            }
        }
    }

    fn keeps_set_at(&self, origin: &str) -> bool {
        is_own_address(self.issuer, &format!("{origin}/.well-known/jwks.json"))
    }

    /// The method that is meant. Two of the same name that differ are none.
    fn pick<'a>(&self, methods: &'a [Method]) -> Option<&'a Method> {
        let is_meant = |method: &&Method| match &self.name {
            KeyName::Address(address) => method.id == *address,
            KeyName::Kid(kid) => {
                method.kid.as_ref() == Some(kid)
                    || method.id == *kid
                    || method.id.split_once('#').is_some_and(|(_, fragment)| fragment == kid)
            }
            KeyName::Unnamed => method.key.is_some() && method.key == self.signature.given,
        };
        let meant: Vec<&Method> = if self.says_nothing_of_its_key() {
            self.suitable(methods).take(MOST_TRIED).filter(|method| self.made_by(method)).collect()
        } else {
            methods.iter().filter(is_meant).collect()
        };
        let first = *meant.first()?;
        let agrees = |method: &&Method| {
            method.key == first.key
                && method.controller == first.controller
                && method.revoked == first.revoked
        };
        let listed = meant.iter().copied().find(|method| method.asserts);
        meant.iter().all(agrees).then(|| listed.unwrap_or(first))
    }

    fn says_nothing_of_its_key(&self) -> bool {
        self.name == KeyName::Unnamed && self.signature.given.is_none()
    }

    fn made_by(&self, method: &Method) -> bool {
        method.key.as_ref().is_some_and(|key| self.signature.is_of(key))
    }

    /// What is told if these leave nothing to be looked for elsewhere: one of them made the signature, though it is not clear whose
    /// it is, or there are more than are tried. What a document withdrew, no other one brings back.
    fn settled(&self, methods: &[Method], source: &str) -> Option<Lookup> {
        if !self.says_nothing_of_its_key() {
            return None;
        }
        let mut suitable = self.suitable(methods);
        let is_of_one = suitable.by_ref().take(MOST_TRIED).any(|method| self.made_by(method));
        if !is_of_one {
            suitable.next()?;
        }
        let tried = if is_of_one { None } else { self.tried(methods, source) };
        Some(tried.unwrap_or_else(|| Lookup::without_key(self.not_listed())))
    }

    /// The keys that may have made a signature that names none, those too that are not for credentials or not any more.
    fn suitable<'a>(&self, methods: &'a [Method]) -> impl Iterator<Item = &'a Method> {
        let fits = self.signature.fits;
        methods.iter().filter(move |method| method.key.as_ref().is_some_and(fits))
    }

    /// What is told if none of them made it: that it does not fit these, or that there is no key of its kind.
    fn tried(&self, methods: &[Method], source: &str) -> Option<Lookup> {
        if !self.says_nothing_of_its_key() {
            return None;
        }
        let tried: Vec<&Method> =
            self.suitable(methods).filter(|method| method.asserts).take(MOST_TRIED).collect();
        let Some(first) = tried.first() else {
            return methods.iter().find(|method| method.asserts).map(|other| self.judge(other, source));
        };
        let addresses: Vec<&str> = tried.iter().map(|method| method.id.as_str()).collect();
        Some(Lookup { address: Some(addresses.join(", ")), ..self.judge(first, source) })
    }

    fn judge(&self, method: &Method, source: &str) -> Lookup {
        let issuer = || self.issuer.to_owned();
        let finding = if !method.asserts {
            Finding::KeyNotListed { issuer: issuer(), key: method.id.clone() }
        } else if method.controller != self.issuer {
            Finding::ForeignKey { issuer: issuer(), controller: method.controller.clone() }
        } else if method.key.is_none() {
            Finding::UnknownIssuer(method.id.clone())
        } else {
            match method.revoked {
                Some(since) if self.signature.made.is_none_or(|made| made >= since) => {
                    Finding::KeyRevoked { key: method.id.clone(), since }
                }
                _ => Finding::KeyListed { issuer: issuer(), source: source.to_owned() },
            }
        };
        Lookup { key: method.key.clone(), address: Some(method.id.clone()), finding }
    }
}

/// The issuer's document, if it says that it is the issuer's.
async fn own_document(url: &str, issuer: &str, session: &mut Session<'_>) -> Result<Value, Unavailable> {
    let document = session.json(url).await?;
    match text(&document, "id") {
        Some(id) if id == issuer => Ok(document),
        other => {
            let other = other.unwrap_or("nobody");
            Err(Unavailable::NotTheDocument(format!("the document of {other}")))
        }
    }
}

/// The keys of a DID document or profile (Controlled Identifiers 1.0, sections 2.2 and 2.3).
fn methods(document: &Value, issuer: &str) -> Vec<Method> {
    let absolute = |id: &str| if id.starts_with('#') { format!("{issuer}{id}") } else { id.to_owned() };
    let assertions = items(document.get("assertionMethod"));
    let named: Vec<String> = assertions.iter().filter_map(Value::as_str).map(absolute).collect();
    let method = |value: &Value, asserts: Option<bool>, controller: &str| {
        let id = absolute(text(value, "id")?);
        Some(Method {
            asserts: asserts.unwrap_or_else(|| named.contains(&id)),
            controller: absolute(controller),
            kid: value.get("publicKeyJwk").and_then(|jwk| text(jwk, "kid")).map(str::to_owned),
            key: Key::from_method(value),
            revoked: revoked(value),
            id,
        })
    };
    let mut methods = Vec::new();
    for value in items(document.get("verificationMethod")) {
        methods.extend(text(value, "controller").and_then(|controller| method(value, None, controller)));
    }
    for value in assertions.iter().filter(|value| value.is_object()) {
        methods
            .extend(text(value, "controller").and_then(|controller| method(value, Some(true), controller)));
    }
    // Before there were relationships, `publicKey` listed every key.
    let asserts = if document.get("assertionMethod").is_none() { Some(true) } else { None };
    for value in items(document.get("publicKey")) {
        let owner = reference(value, "controller").or_else(|| reference(value, "owner")).unwrap_or(issuer);
        methods.extend(method(value, asserts, owner));
    }
    methods
}

/// From when on a key is refused: `revoked` and `expires`. What cannot be read has been so for ever.
fn revoked(method: &Value) -> Option<Timestamp> {
    let since = |name: &str| {
        member(method, name).map(|value| value.as_str().and_then(moment).unwrap_or(Timestamp::MIN))
    };
    since("revoked").into_iter().chain(since("expires")).min()
}

/// The keys of a JSON Web Key Set (RFC 7517, section 5).
fn key_set(set: &Value, url: &str, issuer: &str) -> Vec<Method> {
    items(set.get("keys")).iter().map(|jwk| key_of_set(jwk, url, issuer)).collect()
}

fn key_of_set(jwk: &Value, url: &str, issuer: &str) -> Method {
    let kid = text(jwk, "kid").map(str::to_owned);
    let id = match &kid {
        Some(kid) if kid.contains(':') => kid.clone(),
        Some(kid) => format!("{url}#{kid}"),
        None => url.to_owned(),
    };
    Method {
        id,
        kid,
        key: Key::from_jwk(jwk),
        controller: text(jwk, "controller").unwrap_or(issuer).to_owned(),
        asserts: true,
        revoked: revoked(jwk),
    }
}

/// The keys at the address of a key: a JSON Web Key, a set of them, a single method, or a document with methods.
fn key_document(document: &Value, address: &str, issuer: &str) -> Vec<Method> {
    if document.get("keys").is_some() {
        return key_set(document, without_fragment(address), issuer);
    }
    if document.get("kty").is_some() {
        return vec![Method { id: address.to_owned(), ..key_of_set(document, address, issuer) }];
    }
    if document.get("verificationMethod").is_some() || document.get("assertionMethod").is_some() {
        return methods(document, issuer);
    }
    let method = || {
        Some(Method {
            id: text(document, "id")?.to_owned(),
            kid: None,
            key: Key::from_method(document),
            controller: reference(document, "controller")
                .or_else(|| reference(document, "owner"))?
                .to_owned(),
            asserts: true,
            revoked: revoked(document),
        })
    };
    method().into_iter().collect()
}
