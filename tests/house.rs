//! The house in order: which crate may name which, what every crate has in common, what stands where, and who may
//! touch the signing key.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use shomei_http::{Audience, Route};

/// Which room may name which other room, from `Cargo.toml` alone. Arrows run one way, towards `openbadges`.
const ARROWS: &[(&str, &[&str])] = &[
    ("shared/openbadges", &[]),
    // What banks and payment services send. It knows nothing of the programme.
    ("shared/payments", &[]),
    ("shared/core", &["shared/openbadges", "shared/payments"]),
    // Documents of strangers: how they are read, judged and fetched. None of the three knows the programme.
    ("shared/linked-data", &[]),
    ("shared/verifier", &["shared/openbadges", "shared/linked-data"]),
    ("shared/fetch", &["shared/verifier"]),
    ("shared/pages", &["shared/core", "shared/openbadges", "shared/verifier"]),
    // Draws, and knows nothing of the programme.
    ("shared/preview", &[]),
    ("shared/http", &["shared/core", "shared/pages"]),
    ("shared/aws", &["shared/core", "shared/openbadges", "shared/payments"]),
    // Functions are composition: no function names another one, and only verify draws.
    ("functions/verify", &["shared/*"]),
    // Only intake signs staff in, and only its `main.rs` and the program for one machine name the way there.
    ("shared/sign-in", &["shared/core"]),
    ("shared/dns", &["shared/core"]),
    (
        "functions/intake",
        &["shared/core", "shared/aws", "shared/dns", "shared/http", "shared/pages", "shared/sign-in"],
    ),
    ("functions/reissue", &["shared/core", "shared/aws", "shared/http", "shared/pages", "shared/payments"]),
    ("functions/*", &["shared/openbadges", "shared/core", "shared/aws", "shared/http", "shared/pages"]),
    ("infra/local", &["shared/*", "functions/*"]),
    ("tests", &["shared/*", "functions/*", "infra/local"]),
    // Measures what is built, and starts nothing that it links.
    ("tests/coldstart", &[]),
];
/// Besides, for tests that need the real program: Cargo tells where it is only to tests of its own crate.
const TEST_ARROWS: &[(&str, &str)] = &[("infra/local", "tests")];

/// What no crate may have in its tree, not even through others: names, or beginnings that end in `-`.
const OUTSIDE: &[(&str, &[&str])] = &[
    // The public standards: no clock, network, files, async, log.
    (
        "openbadges",
        &["tokio", "async-", "futures", "futures-", "http", "hyper", "tracing", "chrono", "time", "rand"],
    ),
    ("payments", &["tokio", "async-", "futures", "http", "hyper", "tracing", "chrono", "time", "rand"]),
    ("payments", CLOUD),
    ("payments", SERVERS),
    ("openbadges", CLOUD),
    ("openbadges", SERVERS),
    ("verifier", &["tokio", "hyper", "reqwest"]),
    ("verifier", CLOUD),
    ("verifier", SERVERS),
    ("linked-data", &["tokio", "async-", "futures", "http", "hyper", "tracing"]),
    ("linked-data", CLOUD),
    ("linked-data", SERVERS),
    // The programme: no cloud service, no HTTP, no page.
    ("shomei-core", &["http", "hyper", "askama", "lettre"]),
    ("shomei-core", CLOUD),
    ("shomei-core", SERVERS),
    ("shomei-pages", CLOUD),
    ("shomei-pages", SERVERS),
    ("shomei-http", &["aws-config", "aws-sdk-", "aws-smithy-", "axum", "dynoxide-", "rusqlite"]),
];
const CLOUD: &[&str] =
    &["aws-config", "aws-sdk-", "aws-smithy-", "aws-sigv4", "lambda_http", "lambda_runtime"];
const SERVERS: &[&str] = &["axum", "reqwest", "dynoxide-", "rusqlite", "libsqlite3-sys"];

/// What the customer fixed for the top level, beside dot-files, licences and the settings of tools.
const TOP: [&str; 8] =
    ["Cargo.lock", "Cargo.toml", "README.md", "events", "functions", "infra", "shared", "tests"];

/// What recipients reach of claim with neither a link nor a session.
const BEFORE_ALL: [&str; 4] =
    ["/wallet/sign-in", "/wallet/sign-in-mailed", "/wallet/link-mailed", "/inquiry"];

/// What staff reach of the office before they are signed in.
const OFFICE_DOOR: [&str; 3] = ["/office/sign-in", "/office/sign-in/start", "/office/sign-in/finish"];

/// The longest source file.
const FILE_LINES: usize = 450;
/// The longest `main.rs` of a function.
const MAIN_LINES: usize = 60;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The source without its comments, which may name what they want.
fn code(path: impl AsRef<Path>) -> String {
    text(path).lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every file of the project, also one that was not committed yet. Left out: what `.gitignore` names.
fn files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap_or_else(|error| panic!("git is needed to list the project's files: {error}"));
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).unwrap();
    let files: Vec<PathBuf> = names
        .split_terminator('\0')
        .map(PathBuf::from)
        // A file that is deleted but not yet so in the index.
        .filter(|path| root().join(path).exists())
        .collect();
    assert!(files.len() > 100, "git lists only {} files", files.len());
    files
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let of_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let sources: Vec<_> =
        files().into_iter().filter(|path| path.starts_with(folder)).filter(of_rust).collect();
    assert!(!sources.is_empty(), "{folder} has no source");
    sources
}

/// The folders in a folder that hold any file.
fn folders(folder: &str) -> BTreeSet<String> {
    files()
        .iter()
        .filter_map(|path| path.strip_prefix(folder).ok())
        .filter(|path| path.components().count() > 1)
        .map(|path| path.components().next().unwrap().as_os_str().to_str().unwrap().to_owned())
        .collect()
}

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap()
}

/// Where a package lives, as `shared/core`.
fn room(metadata: &Metadata, package: &Package) -> String {
    let folder = package.manifest_path.parent().unwrap();
    folder.strip_prefix(&metadata.workspace_root).unwrap().to_string()
}

fn is_in(room: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(parent) => room.starts_with(parent),
        None => room == pattern,
    }
}

#[test]
fn arrows_run_one_way() {
    let metadata = metadata();
    let rooms: BTreeMap<&str, String> =
        metadata.packages.iter().map(|package| (package.name.as_str(), room(&metadata, package))).collect();
    for (from, _) in ARROWS {
        assert!(rooms.values().any(|room| is_in(room, from)), "nobody lives in {from}");
    }
    for package in &metadata.packages {
        let from = &rooms[package.name.as_str()];
        let (_, allowed) = ARROWS
            .iter()
            .find(|(pattern, _)| is_in(from, pattern))
            .unwrap_or_else(|| panic!("{from} is a room of its own: say what it may name"));
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            let to = &rooms[dependency.name.as_str()];
            let in_tests = dependency.kind == DependencyKind::Development
                && TEST_ARROWS.contains(&(from.as_str(), to.as_str()));
            let may = in_tests || allowed.iter().any(|pattern| is_in(to, pattern));
            assert!(may, "{from} must not name {to}");
        }
    }
}

/// Everything that is linked into a crate, its own name included.
fn tree(package: &str) -> BTreeSet<String> {
    let listed = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", package])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "cargo tree: {}", String::from_utf8_lossy(&listed.stderr));
    let lines = String::from_utf8(listed.stdout).unwrap();
    lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn inner_crates_know_nothing_of_the_outside() {
    let packages: BTreeSet<&str> = OUTSIDE.iter().map(|(package, _)| *package).collect();
    let trees: BTreeMap<&str, BTreeSet<String>> =
        packages.into_iter().map(|package| (package, tree(package))).collect();
    for (package, outside) in OUTSIDE {
        let tree = &trees[package];
        assert!(
            tree.contains(*package) && tree.contains("serde_core"),
            "{package}: this is no tree: {tree:?}"
        );
        let met: Vec<_> = tree
            .iter()
            .filter(|name| {
                outside.iter().any(|out| *name == out || (out.ends_with('-') && name.starts_with(out)))
            })
            .collect();
        assert!(met.is_empty(), "{package} must not depend on {met:?}, not even through others");
    }
}

#[test]
fn the_standards_touch_nothing_but_memory() {
    let outside =
        ["std::fs", "std::net", "std::env", "std::time", "std::thread", "std::process", "async ", "::now("];
    for path in sources("shared/openbadges/src") {
        let code = code(&path);
        for word in outside {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn adapters_are_named_only_where_functions_are_put_together() {
    let may = |path: &Path| {
        path.ends_with("src/main.rs")
            || ["shared/aws", "infra/local", "tests"].iter().any(|room| path.starts_with(room))
    };
    let adapters = ["shomei_aws", "aws_sdk_", "aws_config", "dynoxide"];
    let mut composing = BTreeSet::new();
    for path in sources("") {
        let code = code(&path);
        let names = adapters.iter().any(|adapter| code.contains(adapter));
        assert!(!names || may(&path), "{} names an adapter", path.display());
        if names {
            composing.insert(path);
        }
    }
    for function in folders("functions") {
        let main = PathBuf::from(format!("functions/{function}/src/main.rs"));
        assert!(composing.contains(&main), "{} composes nothing", main.display());
    }
}

/// The lines of every section of a `Cargo.toml`, without comments.
fn sections(manifest: &str) -> BTreeMap<String, Vec<String>> {
    let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut section = "";
    for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => section = name.trim_matches(['[', ']']),
            None => sections.entry(section.to_owned()).or_default().push(line.to_owned()),
        }
    }
    sections
}

#[test]
fn versions_editions_and_lints_stand_once() {
    let metadata = metadata();
    let mut named = BTreeSet::new();
    for package in &metadata.packages {
        let path = format!("{}/Cargo.toml", room(&metadata, package));
        let sections = sections(&text(&path));
        for field in ["version", "edition", "rust-version", "license", "publish"] {
            let line = format!("{field}.workspace = true");
            assert!(sections["package"].contains(&line), "{path}: {line} is missing");
        }
        assert_eq!(sections.get("lints"), Some(&vec!["workspace = true".to_owned()]), "{path}: [lints]");
        for (section, lines) in sections.iter().filter(|(section, _)| section.contains("dependencies")) {
            for line in lines {
                assert!(
                    section.ends_with("dependencies")
                        && (line.ends_with(".workspace = true") || line.contains("{ workspace = true")),
                    "{path}: the version of `{line}` must stand in the workspace"
                );
                named.insert(line.split(['.', ' ']).next().unwrap().to_owned());
            }
        }
    }
    let workspace = sections(&text("Cargo.toml"));
    for line in &workspace["workspace.dependencies"] {
        let name = line.split(' ').next().unwrap();
        assert!(named.contains(name), "Cargo.toml: nobody needs {name}");
    }
    let forbidden = "unsafe_code = \"forbid\"".to_owned();
    assert!(workspace["workspace.lints.rust"].contains(&forbidden), "Cargo.toml: {forbidden} is missing");
}

#[test]
fn the_top_level_holds_what_was_agreed() {
    let top: BTreeSet<String> = files()
        .iter()
        .map(|path| path.components().next().unwrap().as_os_str().to_str().unwrap().to_owned())
        .collect();
    for name in TOP {
        assert!(top.contains(name), "{name} is missing at the top level");
    }
    for name in &top {
        let of_tool = Path::new(name).extension().is_some_and(|extension| extension == "toml");
        let settings = root().join(name).is_file() && (of_tool || name.starts_with("LICENSE"));
        let known = TOP.contains(&name.as_str()) || name.starts_with('.') || settings;
        assert!(known, "{name} does not belong at the top level");
    }
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let long: Vec<String> = sources("")
        .into_iter()
        .map(|path| (text(&path).lines().count(), path))
        .filter(|(lines, _)| *lines > FILE_LINES)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "at most {FILE_LINES} are allowed: {long:#?}");
}

#[test]
fn a_function_is_a_library_and_a_small_binary() {
    for function in folders("functions") {
        let lib = text(format!("functions/{function}/src/lib.rs"));
        assert!(lib.contains("pub async fn handle("), "{function}: lib.rs has no handle()");
        let main = text(format!("functions/{function}/src/main.rs"));
        assert!(main.contains("async fn main()"), "{function}: main.rs starts nothing");
        let lines = main.lines().count();
        assert!(
            lines <= MAIN_LINES,
            "{function}: main.rs has {lines} lines, at most {MAIN_LINES} are allowed"
        );
    }
}

type Routes = BTreeMap<&'static str, Vec<(String, &'static str, Audience)>>;

fn table<O>(routes: &'static [Route<O>]) -> Vec<(String, &'static str, Audience)> {
    routes.iter().map(|route| (route.key(), route.path, route.audience)).collect()
}

fn routes() -> Routes {
    BTreeMap::from([
        ("intake", table(shomei_intake::ROUTES)),
        ("claim", table(shomei_claim::ROUTES)),
        ("reissue", table(shomei_reissue::ROUTES)),
        ("verify", table(shomei_verify::ROUTES)),
    ])
}

#[test]
fn every_route_has_one_owner_and_an_audience_of_its_function() {
    let routes = routes();
    let with_routes: BTreeSet<String> = folders("functions")
        .into_iter()
        .filter(|function| code(format!("functions/{function}/src/lib.rs")).contains("ROUTES"))
        .collect();
    assert_eq!(with_routes, routes.keys().map(|function| (*function).to_owned()).collect());
    let mut keys = BTreeSet::new();
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for (function, table) in &routes {
        for (key, path, audience) in table {
            assert!(keys.insert(key.clone()), "{key} is stated twice");
            // `/badges/{id}` and `/badges/{document}` are one path.
            let shape = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            let owner = *owners.entry(shape.collect::<Vec<_>>().join("/")).or_insert(function);
            assert_eq!(owner, *function, "{path} belongs to two functions");
            // Who asks for a link by mail has none yet. Whatever else is not behind a link is behind a session.
            let with_a_link = path.ends_with("/{token}") || path.starts_with("/claim/{token}/");
            let expected: &[Audience] = match *function {
                "intake" if OFFICE_DOOR.contains(path) => &[Audience::Public],
                "intake" if *path == "/office/enter/{token}" => &[Audience::Bearer],
                "intake" if *path == "/office" || path.starts_with("/office/") => &[Audience::Office],
                "intake" => &[Audience::Staff],
                "claim" if BEFORE_ALL.contains(path) => &[Audience::Public],
                "claim" if with_a_link => &[Audience::Bearer, Audience::Session],
                "reissue" if !path.starts_with("/reissue/") => &[Audience::Staff],
                "reissue" if *path == "/reissue/payment-events" => &[Audience::Signed],
                "reissue" if ["/reissue/ask", "/reissue/asked"].contains(path) => &[Audience::Public],
                "reissue" if with_a_link => &[Audience::Bearer],
                "claim" | "reissue" => &[Audience::Session],
                _ => &[Audience::Public],
            };
            assert!(expected.contains(audience), "{key} is for {audience:?}, not for {expected:?}");
        }
    }
}

#[test]
fn only_issuance_and_reissue_hold_a_signer() {
    // The reissue of the core has what making a badge takes from issuance, and names no signer itself.
    let mut holders = BTreeSet::new();
    for path in sources("shared/core/src").into_iter().chain(sources("functions")) {
        if code(&path).contains("Signer") {
            let may = path.starts_with("shared/core/src/issuance")
                || path.starts_with("functions/issuance")
                || path.starts_with("functions/reissue")
                || path == Path::new("shared/core/src/issuance.rs")
                || path == Path::new("shared/core/src/ports.rs");
            assert!(may, "{} names the signer", path.display());
            holders.insert(path);
        }
    }
    assert!(
        holders.contains(Path::new("shared/core/src/issuance.rs")),
        "the search finds nothing: {holders:?}"
    );
}

#[test]
fn verifying_can_only_read() {
    // What is counted when names are compared, `core::name_match` writes; all that verify does for it is to hand on the ports.
    let hands_on = ["main.rs", "lib.rs", "name_match.rs"];
    let sources: Vec<String> = sources("functions/verify/src")
        .into_iter()
        .filter(|path| !hands_on.iter().any(|file| path.ends_with(file)))
        .map(code)
        .collect();
    let core = code("shared/core/src/verify.rs");
    assert!(core.contains("&dyn Table"), "verify reads nothing");
    for code in sources.iter().chain([&core]) {
        for word in ["Signer", "Mailer", "Entropy", "commit", "transact", "store::create", "::replace"] {
            assert!(!code.contains(word), "verify uses {word}");
        }
    }
}

#[test]
fn the_map_in_the_readme_is_complete() {
    let readme = text("README.md");
    let mut rooms = folders("");
    for room in ["functions", "shared", "infra"] {
        rooms.extend(folders(room).iter().map(|name| format!("{room}/{name}")));
    }
    for room in rooms.iter().filter(|room| !room.starts_with('.')) {
        let named = readme.contains(&format!("`{room}`")) || readme.contains(&format!("`{room}/"));
        assert!(named, "README.md does not name the folder {room}");
    }
}
