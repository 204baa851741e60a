//! Mail addresses as people type them.

use shomei_core::address::MailAddress;

/// The longest address and the longest part before the `@` (RFC 5321, section 4.5.3.1).
const OCTETS: usize = 254;
const LOCAL_OCTETS: usize = 64;

/// What is mended stays as it is, fits into a mail's header, and is read back from the store.
pub fn examine(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    if let Ok(stored) = MailAddress::try_from(raw.clone().into_owned()) {
        assert_eq!(stored.as_str(), raw);
        goes_into_a_header(&stored.for_sending());
    }
    let Ok(mended) = MailAddress::mend(&raw) else { return };
    let address = &mended.address;
    let text = address.as_str();
    assert!(text.is_ascii() && text.len() <= OCTETS, "{text:?}");
    let (local, domain) = text.split_once('@').expect("an address has an @");
    assert!((1..=LOCAL_OCTETS).contains(&local.len()) && !domain.contains('@'), "{text:?}");
    assert_eq!(domain, domain.to_ascii_lowercase());
    assert!(
        domain.contains('.') && domain.split('.').all(|label| (1..=63).contains(&label.len())),
        "{text:?}"
    );
    goes_into_a_header(&address.for_sending());

    let again = MailAddress::mend(text).expect("a mended address is one");
    assert_eq!(again, mended, "{text:?} is mended to something else");
    assert_eq!(MailAddress::try_from(text.to_owned()).as_ref(), Ok(address));
    let sent = MailAddress::mend(&address.for_sending()).expect("what is sent to is an address");
    assert_eq!(&sent.address, address, "{text:?} is sent to another mailbox");

    let key = address.comparison_key();
    let folded = MailAddress::mend(&key).expect("a comparison key is an address");
    assert_eq!((folded.address.as_str(), folded.address.comparison_key().as_str()), (&*key, &*key));

    if let Some(meant) = &mended.suggestion {
        let meant = MailAddress::mend(meant.as_str()).expect("a suggestion is an address");
        assert_eq!(meant.suggestion, None, "a suggestion is no slip");
        assert_ne!(&meant.address, address);
        assert_eq!(meant.address.as_str().split('@').next(), Some(local));
    }
}

/// Nothing that ends a line, a bracket or a quotation, or begins another address.
fn goes_into_a_header(text: &str) {
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
    assert!(!text.contains(['<', '>', '(', ')', ',', ';', ':', '\\', '[', ']']), "{text:?}");
    let quotes = text.matches('"').count();
    let is_quoted = quotes == 2 && text.starts_with('"') && text.contains("\"@");
    assert!(quotes == 0 || is_quoted, "{text:?}");
    assert_eq!(text.matches('@').count(), 1, "{text:?}");
}
