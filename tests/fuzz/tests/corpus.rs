//! Every input that is kept, through its target, on the stable compiler.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

#[test]
fn every_kept_input_keeps_the_laws() {
    let mut broken = Vec::new();
    for (name, examine) in fuzz::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut count = 0;
        for entry in entries {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            if catch_unwind(AssertUnwindSafe(|| examine(&bytes))).is_err() {
                broken.push(path);
            }
            count += 1;
        }
        assert!(count >= 10, "only {count} inputs for {name}");
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The law can be broken: an issuer's own signature over something else is not among what is known.
#[test]
#[should_panic(expected = "nobody signed this")]
fn another_badge_counts_as_forged() {
    let mut badge = fuzz::world::badge();
    badge["credentialSubject"]["achievement"]["name"] = "Leadership".into();
    let signed = fuzz::world::proven(&badge).unwrap();
    fuzz::world::nothing_is_forged(signed.to_string().as_bytes());
}
