//! From a typed document straight to canonical N-Quads (RDF Dataset Canonicalization, RDFC-1.0).
//!
//! The shapes here have at most one blank node, so its canonical label is `_:c14n0` whatever it says, and
//! canonicalising is: write every quad as a line, sort the lines by code point, drop doubles. UTF-8 sorts by code
//! point, so the lines are compared as bytes.

use aws_lc_rs::digest::{SHA256, digest};

use crate::{Iri, Text};

pub(crate) const VC: &str = "https://www.w3.org/2018/credentials#";
pub(crate) const STATUS: &str = "https://www.w3.org/ns/credentials/status#";
pub(crate) const SECURITY: &str = "https://w3id.org/security#";
pub(crate) const SCHEMA_ORG: &str = "https://schema.org/";
pub(crate) const DUBLIN_CORE: &str = "http://purl.org/dc/terms/";
pub(crate) const XSD_DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
pub(crate) const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
/// The Open Badges context spells these two with `https`. The bytes are signed, so they are kept as they are.
pub(crate) const HTTPS_XSD_ANY_URI: &str = "https://www.w3.org/2001/XMLSchema#anyURI";
/// See [`HTTPS_XSD_ANY_URI`].
pub(crate) const HTTPS_XSD_BOOLEAN: &str = "https://www.w3.org/2001/XMLSchema#boolean";
const RDF_TYPE: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";

/// Keeps [`Document`] to the shapes whose canonical form is known here.
pub(crate) mod sealed {
    /// Not nameable outside.
    pub trait Sealed {}
}

/// A document that can be signed: its canonical form is known, and it has an issuer.
pub trait Document: serde::Serialize + serde::de::DeserializeOwned + sealed::Sealed {
    /// Who vouches for it. The signing key must be this one's.
    fn issuer(&self) -> &Iri;

    /// An identifier that stands for two parts of the document which make the same kind of statement. Such statements
    /// could change places, and the signature would still fit: it covers a set of statements about identifiers.
    #[doc(hidden)]
    fn shared_identifier(&self) -> Option<&Iri> {
        None
    }

    /// Writes every statement of the document.
    #[doc(hidden)]
    fn write_quads(&self, quads: &mut Quads);

    /// The canonical N-Quads of the document without its proof, one statement a line.
    fn canonical_n_quads(&self) -> String {
        let mut quads = Quads::default();
        self.write_quads(&mut quads);
        quads.to_canonical()
    }
}

/// The subject of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'a> {
    /// A node with an identifier.
    Iri(&'a Iri),
    /// The same, for an identifier that is a constant here.
    Known(&'static str),
    /// The one node without.
    Blank,
}

/// Statements, being collected.
#[derive(Debug)]
pub struct Quads {
    lines: String,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Default for Quads {
    /// Room for a usual credential, so that nothing is moved while it is written.
    fn default() -> Self {
        Self { lines: String::with_capacity(8 * 1024), ends: Vec::with_capacity(64) }
    }
}

impl Quads {
    /// `node` is of the type `vocabulary + name`.
    pub(crate) fn typed(&mut self, node: Node<'_>, vocabulary: &str, name: &str) {
        self.subject(node);
        self.lines.push_str(RDF_TYPE);
        self.push_all(&[" <", vocabulary, name, "> .\n"]);
        self.end();
    }

    /// A text without a datatype.
    pub(crate) fn text(&mut self, node: Node<'_>, vocabulary: &str, name: &str, value: &Text) {
        self.plain(node, vocabulary, name, value.as_str());
    }

    /// [`Self::text`], if there is one.
    pub(crate) fn optional_text(
        &mut self,
        node: Node<'_>,
        vocabulary: &str,
        name: &str,
        value: Option<&Text>,
    ) {
        if let Some(value) = value {
            self.text(node, vocabulary, name, value);
        }
    }

    /// A text that holds no control character other than TAB, LF and CR.
    pub(crate) fn plain(&mut self, node: Node<'_>, vocabulary: &str, name: &str, value: &str) {
        self.predicate(node, vocabulary, name);
        self.quoted(value);
        self.lines.push_str(" .\n");
        self.end();
    }

    /// A text with a datatype.
    pub(crate) fn literal(
        &mut self,
        node: Node<'_>,
        vocabulary: &str,
        name: &str,
        value: &str,
        datatype: &str,
    ) {
        self.predicate(node, vocabulary, name);
        self.quoted(value);
        self.push_all(&["^^<", datatype, "> .\n"]);
        self.end();
    }

    /// A link to another node.
    pub(crate) fn link(&mut self, node: Node<'_>, vocabulary: &str, name: &str, target: &Iri) {
        self.link_to(node, vocabulary, name, target.as_str());
    }

    /// A link to a node whose identifier is a constant.
    pub(crate) fn link_to(&mut self, node: Node<'_>, vocabulary: &str, name: &str, target: &str) {
        self.predicate(node, vocabulary, name);
        self.push_all(&["<", target, "> .\n"]);
        self.end();
    }

    /// A link to the one node without identifier.
    pub(crate) fn link_to_blank(&mut self, node: Node<'_>, vocabulary: &str, name: &str) {
        self.predicate(node, vocabulary, name);
        self.lines.push_str("_:c14n0 .\n");
        self.end();
    }

    /// The canonical text.
    pub(crate) fn to_canonical(&self) -> String {
        self.sorted().concat()
    }

    /// SHA-256 of the canonical text.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.to_canonical().as_bytes()).as_ref());
        hash
    }

    fn sorted(&self) -> Vec<&str> {
        let mut start = 0;
        let mut lines: Vec<&str> = self
            .ends
            .iter()
            .map(|&end| {
                let line = self.lines.get(start..end).unwrap_or_default();
                start = end;
                line
            })
            .collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    fn subject(&mut self, node: Node<'_>) {
        match node {
            Node::Iri(iri) => self.push_all(&["<", iri.as_str(), "> "]),
            Node::Known(iri) => self.push_all(&["<", iri, "> "]),
            Node::Blank => self.lines.push_str("_:c14n0 "),
        }
    }

    fn predicate(&mut self, node: Node<'_>, vocabulary: &str, name: &str) {
        self.subject(node);
        self.push_all(&["<", vocabulary, name, "> "]);
    }

    /// The escapes of canonical N-Quads that can occur: [`Text`] holds no other control character.
    fn quoted(&mut self, value: &str) {
        self.lines.push('"');
        let mut rest = value;
        // Usually none, and looking without stopping is quicker.
        let any = value.bytes().fold(false, |found, byte| found | is_escaped(byte));
        while let Some(place) = any.then(|| rest.bytes().position(is_escaped)).flatten() {
            let (before, from) = rest.split_at(place);
            self.lines.push_str(before);
            let mut characters = from.chars();
            self.lines.push_str(match characters.next() {
                Some('"') => "\\\"",
                Some('\\') => "\\\\",
                Some('\n') => "\\n",
                Some('\r') => "\\r",
                _ => "\\t",
            });
            rest = characters.as_str();
        }
        self.lines.push_str(rest);
        self.lines.push('"');
    }

    fn push_all(&mut self, parts: &[&str]) {
        for part in parts {
            self.lines.push_str(part);
        }
    }

    fn end(&mut self) {
        self.ends.push(self.lines.len());
    }
}

/// All in ASCII, and no byte of another character is one of them.
fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t')
}
